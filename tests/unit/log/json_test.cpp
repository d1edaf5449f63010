// SPDX-License-Identifier: MIT
#include "core/log/json.hpp"

#include <gtest/gtest.h>

namespace microbox::core {

TEST(JsonWriter, WritesObjectsAndListsInOrder) {
    JsonWriter json;
    json.begin_object().key("b").integer(-3).key("a").begin_array().string("x").boolean(true);
    json.end_array().key("none").begin_array().end_array().end_object();

    EXPECT_EQ(json.text(),
              "{\n  \"b\": -3,\n  \"a\": [\n    \"x\",\n    true\n  ],\n  \"none\": []\n}\n");
}

} // namespace microbox::core
