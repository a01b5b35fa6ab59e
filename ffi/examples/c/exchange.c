/*
 * Key exchange: An makes a secret that only Bình can open, with what Bình has published.
 *
 *     cc exchange.c $(pkg-config --cflags --libs khoalai) -o exchange && ./exchange
 */
#include "example.h"

/* What would travel between the two: bytes only, so that they could be on two machines. */
static unsigned char *published;
static size_t published_len;
static unsigned char sent[KHOALAI_X_WING_CIPHERTEXT_LEN];
static size_t sent_len = sizeof sent;

static khoalai_key *binh_publishes(void)
{
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;

    must(khoalai_key_generate(KHOALAI_X_WING, NULL, &key));
    must(khoalai_key_public(key, &public_key));
    /* Without a buffer it is said how much room is needed; then the real call. */
    must(khoalai_public_key_write(public_key, KHOALAI_PEM, NULL, &published_len));
    published = malloc(published_len);
    must_be(published != NULL, "there is no memory");
    must(khoalai_public_key_write(public_key, KHOALAI_PEM, published, &published_len));
    khoalai_public_key_free(&public_key);
    return key;
}

static void an_sends(unsigned char *secret)
{
    size_t secret_len = KHOALAI_SECRET_LEN;
    khoalai_public_key *public_key = NULL;

    /* Whatever comes from outside is checked here, once. */
    must(khoalai_public_key_read(NULL, published, published_len, &public_key));
    must(khoalai_encapsulate(public_key, sent, &sent_len, secret, &secret_len));
    khoalai_public_key_free(&public_key);
}

int main(void)
{
    unsigned char an[KHOALAI_SECRET_LEN], binh[KHOALAI_SECRET_LEN];
    size_t len = sizeof binh;
    khoalai_key *key = binh_publishes();

    an_sends(an);
    must(khoalai_decapsulate(key, sent, sent_len, binh, &len));
    must_be(memcmp(an, binh, sizeof an) == 0, "An and Binh have different secrets");
    say("An and Bình share a secret.", "An và Bình có chung một bí mật.");

    /* What was changed on its way gives another secret, without an error that an attacker could use.
       So protocols confirm the secret: a MAC, or the first message that is decrypted. */
    sent[0] ^= 1;
    len = sizeof binh;
    must(khoalai_decapsulate(key, sent, sent_len, binh, &len));
    must_be(memcmp(an, binh, sizeof an) != 0, "a changed ciphertext gave the same secret");
    say("A changed ciphertext gives them different ones.", "Bản mã bị sửa cho hai bên hai bí mật khác nhau.");

    /* From a secret come keys: give it to a KDF, then wipe it. */
    khoalai_wipe(an, sizeof an);
    khoalai_wipe(binh, sizeof binh);
    khoalai_key_free(&key);
    free(published);
    return 0;
}
