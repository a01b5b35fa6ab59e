/* Takes the place of functions of the library, to show that the examples notice: scripts/ffi-examples --prove. */
#include <khoalai.h>
#include <string.h>

#ifdef ACCEPTS_EVERYTHING
int khoalai_verify(const khoalai_public_key *public_key, const unsigned char *message, size_t message_len,
                   const unsigned char *context, size_t context_len, const unsigned char *signature,
                   size_t signature_len)
{
    (void)public_key, (void)message, (void)message_len, (void)context, (void)context_len;
    (void)signature, (void)signature_len;
    return KHOALAI_OK;
}

int khoalai_stream_verify(const khoalai_stream *stream, const khoalai_public_key *public_key,
                          const unsigned char *signature, size_t signature_len)
{
    (void)stream, (void)public_key, (void)signature, (void)signature_len;
    return KHOALAI_OK;
}
#endif

#ifdef OPENS_WRONGLY
int khoalai_decapsulate(const khoalai_key *key, const unsigned char *ciphertext, size_t ciphertext_len,
                        unsigned char *secret, size_t *secret_len)
{
    (void)key, (void)ciphertext, (void)ciphertext_len;
    if (secret != NULL)
        memset(secret, 0, KHOALAI_SECRET_LEN);
    *secret_len = KHOALAI_SECRET_LEN;
    return KHOALAI_OK;
}
#endif
