/* 16 threads on one key, which is freed while they are at it. */
#ifdef COUNTING
#undef COUNTING
#endif
#include "check.h"
#include "chip.h"

#include <pthread.h>

#define THREADS 16
#define ROUNDS 8

typedef struct shared {
    khoalai_key *key, *signing;
    khoalai_public_key *public_key, *signing_public;
    pthread_mutex_t lock;
    int wrong;
} shared;

static void *work(void *argument) {
    shared *all = (shared *)argument;
    unsigned char out[KHOALAI_MAX_SIGNATURE_LEN], sent[32], got[32];
    int round, wrong = 0;

    for (round = 0; round < ROUNDS; round++) {
        size_t len = sizeof out, sent_len = 32, got_len = 32;
        khoalai_public_key *own = NULL;
        wrong += khoalai_encapsulate(all->public_key, out, &len, sent, &sent_len) != KHOALAI_OK;
        wrong += khoalai_decapsulate(all->key, out, len, got, &got_len) != KHOALAI_OK || memcmp(sent, got, 32) != 0;
        len = sizeof out;
        wrong += khoalai_sign(all->signing, got, 32, NULL, 0, out, &len) != KHOALAI_OK;
        wrong += khoalai_verify(all->signing_public, got, 32, NULL, 0, out, len) != KHOALAI_OK;
        wrong += khoalai_key_public(all->key, &own) != KHOALAI_OK;
        khoalai_public_key_free(&own);
    }
    pthread_mutex_lock(&all->lock);
    all->wrong += wrong;
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

/* A vendor's key that many threads are inside of when it is freed: its functions wait until it was. */
typedef struct slow {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int inside, freed, releases;
    unsigned char public_key[KHOALAI_ML_KEM_768_PUBLIC_KEY_LEN];
} slow;

static int slow_public_key(void *context, unsigned char *out, size_t *out_len) {
    memcpy(out, ((slow *)context)->public_key, KHOALAI_ML_KEM_768_PUBLIC_KEY_LEN);
    *out_len = KHOALAI_ML_KEM_768_PUBLIC_KEY_LEN;
    return KHOALAI_OK;
}

static int slow_decapsulate(void *context, const unsigned char *ciphertext, size_t ciphertext_len,
                            unsigned char *secret, size_t *secret_len) {
    slow *self = (slow *)context;
    (void)ciphertext;
    (void)ciphertext_len;
    pthread_mutex_lock(&self->lock);
    self->inside++;
    pthread_cond_broadcast(&self->changed);
    while (!self->freed) {
        pthread_cond_wait(&self->changed, &self->lock);
    }
    pthread_mutex_unlock(&self->lock);
    memset(secret, 7, 32);
    *secret_len = 32;
    return KHOALAI_OK;
}

static void slow_release(void *context) {
    slow *self = (slow *)context;
    pthread_mutex_lock(&self->lock);
    self->releases++;
    pthread_mutex_unlock(&self->lock);
}

static void *wait_inside(void *argument) {
    shared *all = (shared *)argument;
    static const unsigned char CIPHERTEXT[KHOALAI_ML_KEM_768_CIPHERTEXT_LEN] = {0};
    unsigned char secret[32];
    size_t len = sizeof secret;
    int code = khoalai_decapsulate(all->key, CIPHERTEXT, sizeof CIPHERTEXT, secret, &len);
    pthread_mutex_lock(&all->lock);
    all->wrong += code != KHOALAI_OK || secret[31] != 7;
    pthread_mutex_unlock(&all->lock);
    return NULL;
}

static void freed_inside(void) {
    khoalai_vendor_key functions;
    khoalai_key *real = NULL, *own;
    khoalai_public_key *public_key = NULL;
    pthread_t threads[THREADS];
    size_t len = KHOALAI_ML_KEM_768_PUBLIC_KEY_LEN;
    shared all;
    slow device;
    int i;

    memset(&all, 0, sizeof all);
    memset(&device, 0, sizeof device);
    pthread_mutex_init(&all.lock, NULL);
    pthread_mutex_init(&device.lock, NULL);
    pthread_cond_init(&device.changed, NULL);
    OK(khoalai_key_generate(KHOALAI_ML_KEM_768, NULL, &real));
    OK(khoalai_key_public(real, &public_key));
    OK(khoalai_public_key_write(public_key, KHOALAI_RAW, device.public_key, &len));
    memset(&functions, 0, sizeof functions);
    functions.struct_size = sizeof functions;
    functions.algorithm = KHOALAI_ML_KEM_768;
    functions.place = KHOALAI_PLACE_DEVICE;
    functions.public_key = slow_public_key;
    functions.decapsulate = slow_decapsulate;
    functions.release = slow_release;
    OK(khoalai_key_from_vendor(NULL, &functions, &device, &all.key));
    own = all.key;
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, wait_inside, &all) == 0);
    }
    pthread_mutex_lock(&device.lock);
    while (device.inside < THREADS) {
        pthread_cond_wait(&device.changed, &device.lock);
    }
    pthread_mutex_unlock(&device.lock);
    khoalai_key_free(&own);
    pthread_mutex_lock(&device.lock);
    CHECK(device.releases == 0);
    device.freed = 1;
    pthread_cond_broadcast(&device.changed);
    pthread_mutex_unlock(&device.lock);
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK(device.releases == 1 && all.wrong == 0);
    khoalai_key_free(&real);
    khoalai_public_key_free(&public_key);
    pthread_cond_destroy(&device.changed);
    pthread_mutex_destroy(&device.lock);
    pthread_mutex_destroy(&all.lock);
}

void test_threads(void) {
    pthread_t threads[THREADS];
    shared all;
    int i;

    memset(&all, 0, sizeof all);
    pthread_mutex_init(&all.lock, NULL);
    OK(khoalai_key_generate(KHOALAI_X_WING, NULL, &all.key));
    OK(khoalai_key_public(all.key, &all.public_key));
    OK(khoalai_key_generate(KHOALAI_MLDSA65_ED25519_SHA512, NULL, &all.signing));
    OK(khoalai_key_public(all.signing, &all.signing_public));
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, work, &all) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK(all.wrong == 0);
    khoalai_key_free(&all.key);
    khoalai_key_free(&all.signing);
    khoalai_public_key_free(&all.public_key);
    khoalai_public_key_free(&all.signing_public);
    pthread_mutex_destroy(&all.lock);
    freed_inside();
}
