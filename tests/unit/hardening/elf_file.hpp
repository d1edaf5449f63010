// SPDX-License-Identifier: MIT
// A built file of this machine's kind, read by <elf.h>.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <elf.h>

namespace microbox::testing {

class ElfFile {
public:
    explicit ElfFile(const std::string& path) {
        std::ifstream file(path, std::ios::binary | std::ios::ate);
        bytes_.resize(file ? static_cast<std::size_t>(file.tellg()) : 0);
        file.seekg(0).read(bytes_.data(), static_cast<std::streamsize>(bytes_.size()));
        if (bytes_.size() < sizeof header_ || bytes_.compare(0, SELFMAG, ELFMAG) != 0)
            return;
        std::memcpy(&header_, bytes_.data(), sizeof header_);
        segments_ = table<Elf64_Phdr>(header_.e_phoff, header_.e_phnum);
        sections_ = table<Elf64_Shdr>(header_.e_shoff, header_.e_shnum);
        for (const Elf64_Shdr& section : sections_)
            if (section.sh_type == SHT_DYNAMIC)
                dynamic_ = table<Elf64_Dyn>(section.sh_offset, section.sh_size / sizeof(Elf64_Dyn));
    }

    /// ET_DYN: placed at random. ET_NONE: no such file.
    [[nodiscard]] unsigned type() const { return header_.e_type; }

    [[nodiscard]] const std::vector<Elf64_Phdr>& segments() const { return segments_; }

    [[nodiscard]] bool has(Elf64_Sxword tag) const {
        for (const Elf64_Dyn& entry : dynamic_)
            if (entry.d_tag == tag)
                return true;
        return false;
    }

    [[nodiscard]] std::uint64_t value(Elf64_Sxword tag) const {
        for (const Elf64_Dyn& entry : dynamic_)
            if (entry.d_tag == tag)
                return entry.d_un.d_val;
        return 0;
    }

    /// The shared libraries that the loader looks for.
    [[nodiscard]] std::vector<std::string> needed() const {
        std::vector<std::string> names;
        for (const Elf64_Dyn& entry : dynamic_)
            if (entry.d_tag == DT_NEEDED)
                names.emplace_back(&section(".dynstr").front() + entry.d_un.d_val);
        return names;
    }

    /// Names of functions that are taken from libraries, or given to others.
    [[nodiscard]] std::vector<std::string> dynamic_symbols(bool defined) const {
        std::vector<std::string> names;
        const std::string_view symbols = section(".dynsym");
        for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= symbols.size();
             at += sizeof(Elf64_Sym)) {
            Elf64_Sym symbol{};
            std::memcpy(&symbol, symbols.data() + at, sizeof symbol);
            if (symbol.st_name != 0 && (symbol.st_shndx != SHN_UNDEF) == defined)
                names.emplace_back(section(".dynstr").data() + symbol.st_name);
        }
        return names;
    }

    [[nodiscard]] std::string_view section(std::string_view wanted) const {
        if (header_.e_shstrndx >= sections_.size())
            return {};
        const char* const names = bytes_.data() + sections_[header_.e_shstrndx].sh_offset;
        for (const Elf64_Shdr& section : sections_)
            if (wanted == names + section.sh_name)
                return std::string_view(bytes_).substr(section.sh_offset, section.sh_size);
        return {};
    }

private:
    template <class T>
    [[nodiscard]] std::vector<T> table(std::uint64_t offset, std::size_t count) const {
        std::vector<T> entries(count);
        if (count > 0 && offset + count * sizeof(T) <= bytes_.size())
            std::memcpy(entries.data(), bytes_.data() + offset, count * sizeof(T));
        return entries;
    }

    std::string bytes_;
    Elf64_Ehdr header_{};
    std::vector<Elf64_Phdr> segments_;
    std::vector<Elf64_Shdr> sections_;
    std::vector<Elf64_Dyn> dynamic_;
};

} // namespace microbox::testing
