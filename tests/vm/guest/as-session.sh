#!/bin/sh
# SPDX-License-Identifier: MIT
# as-session.sh COMMAND...: runs COMMAND in a session of the plain user, opened through PAM as a login does it, beside the user's
# own systemd.
exec systemd-run --quiet --wait --pipe --collect --service-type=exec --working-directory="$(pwd)" \
    --property=User=microbox-test --property=PAMName=microbox-vm \
    ${TMPDIR:+--setenv=TMPDIR} ${CI:+--setenv=CI} --setenv=PATH "$@"
