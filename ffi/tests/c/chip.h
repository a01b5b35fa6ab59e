/* A chip that knows X25519 and nothing else, and never lets its key out. */
#ifndef CHIP_H
#define CHIP_H

#include "khoalai.h"

typedef struct chip {
    unsigned char scalar[32];
    int calls;    /* what it was asked to open */
    int releases; /* how often it was let go */
    int fault;    /* what it answers instead, if not 0 */
} chip;

/* Its functions, to pass on with the chip as context. */
extern const khoalai_vendor_key CHIP;

/* What it computes with. */
void x25519(unsigned char *out, const unsigned char *scalar, const unsigned char *point);

#endif
