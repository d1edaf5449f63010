// SPDX-License-Identifier: MIT
#include "tests/contract/suite/elf.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>

#include <elf.h>

namespace microbox::contract {

namespace {

/// The file's bytes; everything outside them reads as zeros.
class Image {
public:
    explicit Image(const std::string& path) {
        std::ifstream file(path, std::ios::binary | std::ios::ate);
        const std::streamoff size = file.tellg();
        bytes_.resize(static_cast<std::size_t>(std::max<std::streamoff>(size, 0)));
        file.seekg(0).read(bytes_.data(), size);
    }

    template <class T>
    [[nodiscard]] T at(std::uint64_t offset) const {
        T value{};
        if (offset <= bytes_.size() && sizeof(T) <= bytes_.size() - offset)
            std::memcpy(&value, bytes_.data() + offset, sizeof(T));
        return value;
    }

    [[nodiscard]] std::string word(std::uint64_t offset) const {
        return offset < bytes_.size() ? std::string(bytes_.c_str() + offset) : std::string();
    }

private:
    std::string bytes_;
};

bool is_export(const Elf64_Sym& symbol) {
    const auto binding = ELF64_ST_BIND(symbol.st_info);
    const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    return symbol.st_shndx != SHN_UNDEF && binding != STB_LOCAL &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

void read_dynamic(const Image& image,
                  const Elf64_Shdr& section,
                  std::uint64_t names,
                  SharedObject& object) {
    for (std::uint64_t at = 0; at < section.sh_size; at += sizeof(Elf64_Dyn)) {
        const auto entry = image.at<Elf64_Dyn>(section.sh_offset + at);
        const std::uint64_t value = entry.d_un.d_val;
        if (entry.d_tag == DT_BIND_NOW || (entry.d_tag == DT_FLAGS && (value & DF_BIND_NOW) != 0) ||
            (entry.d_tag == DT_FLAGS_1 && (value & DF_1_NOW) != 0))
            object.binds_now = true;
        if (entry.d_tag == DT_TEXTREL || (entry.d_tag == DT_FLAGS && (value & DF_TEXTREL) != 0))
            object.text_relocations = true;
        if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
            object.run_path.push_back(image.word(names + value));
    }
}

} // namespace

SharedObject read_shared_object(const std::string& path) {
    SharedObject object;
    const Image image(path);
    const auto header = image.at<Elf64_Ehdr>(0);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_DYN) {
        object.fault = path + " is not a 64-bit shared object";
        return object;
    }
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        const auto segment = image.at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
        if (segment.p_type == PT_GNU_RELRO)
            object.relro = true;
        if (segment.p_type == PT_GNU_STACK)
            object.executable_stack = (segment.p_flags & PF_X) != 0;
    }
    bool symbols = false;
    const auto section_at = [&](std::uint64_t i) {
        return image.at<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr));
    };
    for (unsigned i = 0; i < header.e_shnum; ++i) {
        const Elf64_Shdr section = section_at(i);
        const std::uint64_t names = section_at(section.sh_link).sh_offset;
        if (section.sh_type == SHT_DYNAMIC)
            read_dynamic(image, section, names, object);
        if (section.sh_type != SHT_DYNSYM)
            continue;
        symbols = true;
        for (std::uint64_t at = 0; at < section.sh_size; at += sizeof(Elf64_Sym)) {
            const auto symbol = image.at<Elf64_Sym>(section.sh_offset + at);
            if (is_export(symbol))
                object.exports.push_back(image.word(names + symbol.st_name));
        }
    }
    if (!symbols)
        object.fault = path + " has no table of dynamic symbols";
    return object;
}

} // namespace microbox::contract
