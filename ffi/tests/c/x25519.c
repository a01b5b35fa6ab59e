/* X25519 (RFC 7748), for a chip that is only pretended: limbs of 8 bits, small and slow, and not for
   secrets of real people. */
#include "chip.h"

#include <string.h>

typedef unsigned char element[32]; /* a number modulo p = 2^255 - 19, not always the least one */

static const element ZERO = {0}, ONE = {1}, A24 = {0x41, 0xdb, 0x01}; /* 121665 */
static const element MINUS_ONE = {236, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 127};

/* r = a * b + c, the only arithmetic that there is: adding is with b = 1, subtracting with b = -1. */
static void fused(element r, const element a, const element b, const element c) {
    element low;
    unsigned int sum = 0;
    int i, j;
    for (i = 0; i < 32; i++) {
        sum += c[i];
        for (j = 0; j < 32; j++) {
            /* Limbs above the 32nd weigh 2^256 = 38. */
            sum += (unsigned int)a[j] * b[(i - j) & 31] * (j <= i ? 1 : 38);
        }
        low[i] = (unsigned char)(sum & 255);
        sum >>= 8;
    }
    /* What is above 2^255 goes back to the bottom, where it weighs 19 times as much. */
    sum = 19 * (2 * sum + (low[31] >> 7));
    low[31] &= 127;
    for (i = 0; i < 32; i++) {
        sum += low[i];
        r[i] = (unsigned char)(sum & 255);
        sum >>= 8;
    }
}

static void multiply(element r, const element a, const element b) {
    fused(r, a, b, ZERO);
}

/* 1/a = a^(p - 2), and p - 2 is 2^255 - 21. */
static void invert(element r, const element a) {
    element power;
    int bit;
    memcpy(power, ONE, 32);
    for (bit = 254; bit >= 0; bit--) {
        multiply(power, power, power);
        if (bit != 2 && bit != 4) {
            multiply(power, power, a);
        }
    }
    memcpy(r, power, 32);
}

/* The least number that is the same modulo p. */
static void reduce(element r) {
    element higher;
    unsigned int sum = 19;
    int i;
    for (i = 0; i < 32; i++) {
        sum += r[i];
        higher[i] = (unsigned char)(sum & 255);
        sum >>= 8;
    }
    if (higher[31] & 128) {
        higher[31] &= 127;
        memcpy(r, higher, 32);
    }
}

static void swap(element a, element b, int really) {
    int i;
    for (i = 0; i < 32; i++) {
        unsigned char both = (unsigned char)((a[i] ^ b[i]) & -really);
        a[i] ^= both;
        b[i] ^= both;
    }
}

void x25519(unsigned char *out, const unsigned char *scalar, const unsigned char *point) {
    element x1, x2 = {1}, z2 = {0}, x3, z3 = {1}, a, b, c, d, e;
    int bit, last = 0;
    memcpy(x1, point, 32);
    x1[31] &= 127;
    memcpy(x3, x1, 32);
    for (bit = 254; bit >= 0; bit--) {
        /* The scalar is clamped: bit 254 is set, the three lowest are not. */
        int set = bit == 254 || (bit > 2 && (scalar[bit / 8] >> (bit & 7) & 1));
        swap(x2, x3, set ^ last);
        swap(z2, z3, set ^ last);
        last = set;
        fused(a, z2, ONE, x2);
        fused(b, z2, MINUS_ONE, x2);
        fused(c, z3, ONE, x3);
        fused(d, z3, MINUS_ONE, x3);
        multiply(d, d, a);
        multiply(c, c, b);
        fused(x3, c, ONE, d);
        fused(z3, c, MINUS_ONE, d);
        multiply(x3, x3, x3);
        multiply(z3, z3, z3);
        multiply(z3, z3, x1);
        multiply(a, a, a);
        multiply(b, b, b);
        multiply(x2, a, b);
        fused(e, b, MINUS_ONE, a);
        fused(a, e, A24, a);
        multiply(z2, e, a);
    }
    swap(x2, x3, last);
    swap(z2, z3, last);
    invert(z2, z2);
    multiply(x2, x2, z2);
    reduce(x2);
    memcpy(out, x2, 32);
}
