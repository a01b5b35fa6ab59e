/*
 * Files signed and verified piece by piece, so that they may be of any size:
 *
 *     sign_file keygen KEY PUBLIC
 *     sign_file sign KEY FILE SIGNATURE
 *     sign_file verify PUBLIC FILE SIGNATURE
 *
 * The files are those of the command `khoalai`: what is signed here can be verified there.
 */
#include "example.h"

static FILE *open_or_end(const char *name, const char *mode)
{
    FILE *file = fopen(name, mode);
    if (file == NULL) {
        perror(name);
        exit(1);
    }
    return file;
}

/* Keys and signatures are small. */
static size_t load(const char *name, unsigned char *buffer, size_t room)
{
    FILE *file = open_or_end(name, "rb");
    size_t len = fread(buffer, 1, room, file);
    fclose(file);
    return len;
}

static void store(const char *name, const unsigned char *buffer, size_t len)
{
    FILE *file = open_or_end(name, "wb");
    if (fwrite(buffer, 1, len, file) != len || fclose(file) != 0) {
        perror(name);
        exit(1);
    }
}

static unsigned char buffer[16384];

static void keygen(const char *key_name, const char *public_name)
{
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;
    size_t len = sizeof buffer;

    must(khoalai_key_generate(KHOALAI_MLDSA65_ECDSA_P256_SHA512, NULL, &key));
    /* Real programs take a passphrase from somebody and keep the file to its owner (umask 077). */
    must(khoalai_key_write(key, KHOALAI_PEM, NULL, 0, buffer, &len));
    store(key_name, buffer, len);
    khoalai_wipe(buffer, sizeof buffer);

    len = sizeof buffer;
    must(khoalai_key_public(key, &public_key));
    must(khoalai_public_key_write(public_key, KHOALAI_PEM, buffer, &len));
    store(public_name, buffer, len);
    khoalai_public_key_free(&public_key);
    khoalai_key_free(&key);
}

/* Takes the file in, 16 KiB at a time. */
static khoalai_stream *stream_of(const khoalai_public_key *public_key, const char *name)
{
    khoalai_stream *stream = NULL;
    FILE *file = open_or_end(name, "rb");
    size_t len;

    must(khoalai_stream_new(public_key, NULL, 0, &stream));
    while ((len = fread(buffer, 1, sizeof buffer, file)) > 0)
        must(khoalai_stream_update(stream, buffer, len));
    if (ferror(file)) {
        perror(name);
        exit(1);
    }
    fclose(file);
    return stream;
}

int main(int argc, char **argv)
{
    khoalai_key *key = NULL;
    khoalai_public_key *public_key = NULL;
    khoalai_stream *stream = NULL;
    unsigned char signature[KHOALAI_MAX_SIGNATURE_LEN];
    size_t signature_len = sizeof signature;

    if (argc == 4 && strcmp(argv[1], "keygen") == 0) {
        keygen(argv[2], argv[3]);
    } else if (argc == 5 && strcmp(argv[1], "sign") == 0) {
        must(khoalai_key_read(NULL, buffer, load(argv[2], buffer, sizeof buffer), NULL, 0, &key));
        khoalai_wipe(buffer, sizeof buffer);
        must(khoalai_key_public(key, &public_key));
        stream = stream_of(public_key, argv[3]);
        must(khoalai_stream_sign(stream, key, signature, &signature_len));
        store(argv[4], signature, signature_len);
    } else if (argc == 5 && strcmp(argv[1], "verify") == 0) {
        must(khoalai_public_key_read(NULL, buffer, load(argv[2], buffer, sizeof buffer), &public_key));
        signature_len = load(argv[4], signature, sizeof signature);
        stream = stream_of(public_key, argv[3]);
        must(khoalai_stream_verify(stream, public_key, signature, signature_len));
        say("The signature is right.", "Chữ ký đúng.");
    } else {
        fprintf(stderr, "usage: sign_file keygen KEY PUBLIC | sign KEY FILE SIGNATURE | verify PUBLIC FILE SIGNATURE\n");
        return 2;
    }
    /* NULL may be freed. */
    khoalai_stream_free(&stream);
    khoalai_public_key_free(&public_key);
    khoalai_key_free(&key);
    return 0;
}
