# SPDX-License-Identifier: MIT
# microbox_add_plugin(NAME SOURCES a.cpp ... [LIBRARIES lib ...] [INCLUDES dir ...])
# Makes NAME.so, with `microbox_plugin` as its only export, and NAME_objects, which tests link.
set(MICROBOX_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(microbox_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES;INCLUDES")
    add_library(${name}_objects OBJECT ${arg_SOURCES})
    target_link_libraries(${name}_objects PUBLIC microbox::sdk ${arg_LIBRARIES})
    target_include_directories(${name}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${arg_INCLUDES})
    set_target_properties(${name}_objects PROPERTIES
        POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    if(TARGET microbox::warnings)
        target_link_libraries(${name}_objects PRIVATE microbox::warnings microbox::hardening)
    endif()
    add_library(${name} MODULE)
    target_link_libraries(${name} PRIVATE ${name}_objects)
    set_target_properties(${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name})
    target_link_options(${name} PRIVATE
        -Wl,--version-script=${MICROBOX_PLUGIN_MAP} -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,--as-needed
        -Wl,--no-undefined)
    if(DEFINED MICROBOX_PLUGIN_OUTPUT)
        set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${MICROBOX_PLUGIN_OUTPUT})
    endif()
    if(DEFINED MICROBOX_PLUGIN_DIR)
        install(TARGETS ${name} LIBRARY DESTINATION ${MICROBOX_PLUGIN_DIR})
    endif()
endfunction()
