/* X25519 (RFC 7748), for a chip that is only pretended: limbs of 8 bits, small and slow, and not for
   secrets of real people. */
#include "chip.h"

#include <string.h>

typedef unsigned char element[32]; /* a number modulo p = 2^255 - 19, not always the least one */

static const element ONE = {1}, MINUS_ONE = {236, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                             255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
                                             255, 255, 255, 255, 255, 255, 255, 255, 255, 127};
static const element A24 = {0x41, 0xdb, 0x01}; /* 121665 */

/* Brings what is above 2^255 back to the bottom, where it weighs 19 times as much. */
static void carry(element r, unsigned int above) {
    int i;
    above = 19 * (2 * above + (r[31] >> 7));
    r[31] &= 127;
    for (i = 0; i < 32; i++) {
        above += r[i];
        r[i] = (unsigned char)(above & 255);
        above >>= 8;
    }
}

static void add(element r, const element a, const element b) {
    unsigned int sum = 0;
    int i;
    for (i = 0; i < 32; i++) {
        sum += (unsigned int)a[i] + b[i];
        r[i] = (unsigned char)(sum & 255);
        sum >>= 8;
    }
    carry(r, sum);
}

static void multiply(element r, const element a, const element b) {
    element product;
    unsigned int sum = 0;
    int i, j;
    for (i = 0; i < 32; i++) {
        for (j = 0; j < 32; j++) {
            /* Limbs above the 32nd weigh 2^256 = 38. */
            sum += (unsigned int)a[j] * b[(i - j) & 31] * (j <= i ? 1 : 38);
        }
        product[i] = (unsigned char)(sum & 255);
        sum >>= 8;
    }
    carry(product, sum);
    memcpy(r, product, 32);
}

static void subtract(element r, const element a, const element b) {
    element negative;
    multiply(negative, b, MINUS_ONE);
    add(r, a, negative);
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
    element x1, x2, z2 = {0}, x3, z3, a, b, c, d, e;
    int bit, last = 0;
    memcpy(x1, point, 32);
    x1[31] &= 127;
    memcpy(x2, ONE, 32);
    memcpy(x3, x1, 32);
    memcpy(z3, ONE, 32);
    for (bit = 254; bit >= 0; bit--) {
        /* The scalar is clamped: bit 254 is set, the three lowest are not. */
        int set = bit == 254 || (bit > 2 && (scalar[bit / 8] >> (bit & 7) & 1));
        swap(x2, x3, set ^ last);
        swap(z2, z3, set ^ last);
        last = set;
        add(a, x2, z2);
        subtract(b, x2, z2);
        add(c, x3, z3);
        subtract(d, x3, z3);
        multiply(d, d, a);
        multiply(c, c, b);
        add(x3, d, c);
        multiply(x3, x3, x3);
        subtract(z3, d, c);
        multiply(z3, z3, z3);
        multiply(z3, z3, x1);
        multiply(a, a, a);
        multiply(b, b, b);
        multiply(x2, a, b);
        subtract(e, a, b);
        multiply(z2, e, A24);
        add(z2, z2, a);
        multiply(z2, z2, e);
    }
    swap(x2, x3, last);
    swap(z2, z3, last);
    invert(z2, z2);
    multiply(x2, x2, z2);
    reduce(x2);
    memcpy(out, x2, 32);
}
