#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh BUILD TARGET: every seed of the target first, then new inputs for MICROBOX_FUZZ_SECONDS (5 by
# default; 0: the seeds alone). What was found worth keeping stays in BUILD/corpus/TARGET, and the next
# run begins with it. An input that fails is left in BUILD/found/TARGET and named.
set -euo pipefail

build=$1
target=$2
seconds=${MICROBOX_FUZZ_SECONDS:-5}
seeds=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/seeds/$target
corpus=$build/corpus/$target
found=$build/found/$target
mkdir -p "$corpus" "$found"

shopt -s nullglob
inputs=("$seeds"/*)
((${#inputs[@]})) || {
    echo "no seeds in $seeds" >&2
    exit 1
}

# detect_leaks: an input that the parser forgets is a finding too. handle_abort is libFuzzer's own.
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
limits=(-timeout=30 -rss_limit_mb=2048 -max_len=4096 -artifact_prefix="$found/")

"$build/$target" "${limits[@]}" "${inputs[@]}" >"$found/.log" 2>&1 || {
    tail -n 40 "$found/.log"
    echo "fuzz.$target: a seed fails"
    exit 1
}
echo "$target: ${#inputs[@]} seeds hold"
((seconds > 0)) || exit 0

timeout --kill-after=10 $((seconds + 60)) \
    "$build/$target" "${limits[@]}" -max_total_time="$seconds" -print_final_stats=1 \
    "$corpus" "$seeds" >"$found/.log" 2>&1 || {
    tail -n 60 "$found/.log"
    echo "fuzz.$target: the input is in $found; mend the parser and keep the input in $seeds"
    exit 1
}
grep -E 'Done|number_of_executed_units' "$found/.log"
