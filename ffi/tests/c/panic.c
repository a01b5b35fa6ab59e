/* A panic ends at the boundary: as a code, with zeros in what was to be written. It needs the library of
   ffi/tests/panicking. */
#include "khoalai.h"

#include <stdio.h>
#include <string.h>

int khoalai_test_panic(unsigned char *out, size_t *out_len);

int main(void) {
    unsigned char out[40];
    static const unsigned char ZEROS[32] = {0};
    size_t len = sizeof out;
    int code;

    memset(out, 0xa5, sizeof out);
    code = khoalai_test_panic(out, &len);
    if (code != KHOALAI_ERROR_INTERNAL || len != 0 || memcmp(out, ZEROS, 32) != 0 || out[32] != 0xa5) {
        fprintf(stderr, "a panic came out as %d (%s), length %u\n", code, khoalai_error_name(code), (unsigned int)len);
        return 1;
    }
    /* And the library goes on. */
    return khoalai_selftest(KHOALAI_X_WING) != KHOALAI_OK;
}
