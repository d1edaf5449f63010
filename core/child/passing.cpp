// SPDX-License-Identifier: MIT
// A datagram with a descriptor (unix(7), SCM_RIGHTS), in the kernel's layout.
#include "core/child/passing.hpp"

#include "core/child/raw.hpp"

namespace microbox::child {

int send_descriptor(int sync, Word word, int fd) {
    Message message{};
    message.word = word;

    struct {
        const void* base;
        unsigned long length;
    } const part{&message, sizeof message};

    struct {
        unsigned long length; // as CMSG_LEN(sizeof(int)) counts: without the padding
        int level, type;
        int fd, padding;
    } const rights{sizeof(unsigned long) + 3 * sizeof(int), 1 /* SOL_SOCKET */, 1, fd, 0};

    struct {
        void* name;
        int name_length, hole;
        const void* parts;
        unsigned long part_count;
        const void* control;
        unsigned long control_length;
        int flags, padding;
    } const header{nullptr, 0, 0, &part, 1, &rights, sizeof rights, 0, 0};

    const long sent = raw(__NR_sendmsg, sync, at(&header), 0);
    return sent < 0 ? static_cast<int>(sent) : 0;
}

} // namespace microbox::child
