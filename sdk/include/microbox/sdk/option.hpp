// SPDX-License-Identifier: MIT
// The options that a plugin brings: plain C data in its descriptor, read before any C++ type
// crosses.
#pragma once

extern "C" {

/// One option of the command line, of profiles and of the configuration. Static storage.
struct MbxOption {
    const char* name;          ///< long name without dashes: "storage"
    const char* argument;      ///< name of its argument in the help: "SIZE"; NULL: a flag
    const char* help;          ///< one line, lower case, no full stop
    const char* default_value; ///< given to the plugin when the user says nothing; NULL: none
    int repeatable;            ///< 0: given twice is an error
    char short_name;           ///< 'p' for -p, 0 for none
};
}
