/* A worked example: a chip becomes the classical half of a hybrid key. Its maker writes three functions
   and a table. */
#include "chip.h"

static int chip_public_key(void *context, unsigned char *out, size_t *out_len) {
    static const unsigned char BASE[32] = {9};
    x25519(out, ((chip *)context)->scalar, BASE);
    *out_len = 32;
    return KHOALAI_OK;
}

static int chip_decapsulate(void *context, const unsigned char *share, size_t share_len, unsigned char *secret,
                            size_t *secret_len) {
    chip *self = (chip *)context;
    self->calls++; /* a real chip is asked by many threads: it needs a lock here */
    if (self->fault != 0 || share_len != 32) {
        return self->fault != 0 ? self->fault : KHOALAI_ERROR_MALFORMED;
    }
    x25519(secret, self->scalar, share);
    *secret_len = 32;
    return KHOALAI_OK;
}

static void chip_release(void *context) {
    ((chip *)context)->releases++;
}

const khoalai_vendor_key CHIP = {
    sizeof(khoalai_vendor_key), KHOALAI_X25519_SHARE, KHOALAI_PLACE_DEVICE, chip_public_key, chip_decapsulate,
    NULL, /* it does not sign */
    chip_release,
};
