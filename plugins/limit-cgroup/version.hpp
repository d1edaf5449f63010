// SPDX-License-Identifier: MIT
// What each version of cgroups offers a caller; layout.cpp chooses between them. [pure]
#pragma once

#include "layout.hpp"
#include "mounts.hpp"

#include <string>
#include <vector>

namespace microbox::limit_cgroup {

[[nodiscard]] std::vector<sdk::FactQuery>
v1_questions(const std::vector<CgroupMount>& mounts, const sdk::Facts& facts, const Wish& wish);
[[nodiscard]] Layout
v1_layout(const std::vector<CgroupMount>& mounts, const sdk::Facts& facts, const Wish& wish);

[[nodiscard]] std::vector<sdk::FactQuery>
v2_questions(const CgroupMount& mount, const sdk::Facts& facts, const Wish& wish);
[[nodiscard]] Layout v2_layout(const CgroupMount& mount, const sdk::Facts& facts, const Wish& wish);

/// The mount with a v1 controller that shows most of its hierarchy; nullptr: there is none.
[[nodiscard]] const CgroupMount* v1_mount(const std::vector<CgroupMount>& mounts,
                                          Controller controller);

/// Says why a controller cannot be had; the first reason stays.
void blame(Layout& layout, std::string why, std::string remedy);
void blame_read_only(const CgroupMount& mount, Layout& layout);

} // namespace microbox::limit_cgroup
