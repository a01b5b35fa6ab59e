/* What stands between Khoalai.java and khoalai.h. A handle is the key's address as a long. */
#include <jni.h>
#include <khoalai.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Throws a Khoalai.Failure; whoever called returns at once. The texts have no characters for which Java's
   UTF-8 is another. */
static void fail(JNIEnv *env, int code)
{
    const char *language = getenv("LANG");
    int vietnamese = language != NULL && strncmp(language, "vi", 2) == 0;
    jclass class = (*env)->FindClass(env, "Khoalai$Failure");
    jmethodID make = class == NULL ? NULL : (*env)->GetMethodID(env, class, "<init>", "(ILjava/lang/String;)V");
    char line[1024];
    jstring text;
    snprintf(line, sizeof line, "%s [%s]", khoalai_error_text(code, vietnamese), khoalai_error_name(code));
    text = make == NULL ? NULL : (*env)->NewStringUTF(env, line);
    if (text != NULL)
        (*env)->Throw(env, (*env)->NewObject(env, class, make, (jint)code, text));
}

static khoalai_key *key_of(jlong handle)
{
    return (khoalai_key *)(intptr_t)handle;
}

/* A copy of a Java array; NULL when there is none or no memory, which the library then refuses. */
typedef struct { unsigned char *bytes; size_t len; } Bytes;

static Bytes copy_of(JNIEnv *env, jbyteArray array)
{
    Bytes copy = {NULL, 0};
    if (array != NULL && (copy.bytes = malloc((size_t)(*env)->GetArrayLength(env, array) + 1)) != NULL) {
        copy.len = (size_t)(*env)->GetArrayLength(env, array);
        (*env)->GetByteArrayRegion(env, array, 0, (jsize)copy.len, (jbyte *)copy.bytes);
    }
    return copy;
}

/* A Java array of what was written, or an exception. What was in C's buffer is wiped. */
static jbyteArray array_of(JNIEnv *env, int code, unsigned char *bytes, size_t len)
{
    jbyteArray array = NULL;
    if (code != KHOALAI_OK)
        fail(env, code);
    else if ((array = (*env)->NewByteArray(env, (jsize)len)) != NULL)
        (*env)->SetByteArrayRegion(env, array, 0, (jsize)len, (const jbyte *)bytes);
    khoalai_wipe(bytes, len);
    return array;
}

static khoalai_public_key *read_public(JNIEnv *env, jbyteArray der)
{
    khoalai_public_key *public_key = NULL;
    Bytes bytes = copy_of(env, der);
    int code = khoalai_public_key_read(NULL, bytes.bytes, bytes.len, &public_key);
    free(bytes.bytes);
    if (code != KHOALAI_OK)
        fail(env, code);
    return public_key;
}

JNIEXPORT jlong JNICALL Java_Khoalai_generate(JNIEnv *env, jclass class, jint algorithm)
{
    khoalai_key *key = NULL;
    int code = khoalai_key_generate((unsigned int)algorithm, NULL, &key);
    (void)class;
    if (code != KHOALAI_OK)
        fail(env, code);
    return (jlong)(intptr_t)key;
}

JNIEXPORT void JNICALL Java_Khoalai_free(JNIEnv *env, jclass class, jlong handle)
{
    khoalai_key *key = key_of(handle);
    (void)env, (void)class;
    khoalai_key_free(&key);
}

JNIEXPORT jbyteArray JNICALL Java_Khoalai_publicKey__J(JNIEnv *env, jclass class, jlong handle)
{
    unsigned char out[4096];
    size_t len = sizeof out;
    khoalai_public_key *public_key = NULL;
    int code = khoalai_key_public(key_of(handle), &public_key);
    (void)class;
    if (code == KHOALAI_OK)
        code = khoalai_public_key_write(public_key, KHOALAI_DER, out, &len);
    khoalai_public_key_free(&public_key);
    return array_of(env, code, out, code == KHOALAI_OK ? len : 0);
}

JNIEXPORT jbyteArray JNICALL Java_Khoalai_decapsulate__J_3B(JNIEnv *env, jclass class, jlong handle, jbyteArray sent)
{
    unsigned char secret[KHOALAI_SECRET_LEN];
    size_t len = sizeof secret;
    Bytes ciphertext = copy_of(env, sent);
    int code = khoalai_decapsulate(key_of(handle), ciphertext.bytes, ciphertext.len, secret, &len);
    (void)class;
    free(ciphertext.bytes);
    return array_of(env, code, secret, len);
}

JNIEXPORT jbyteArray JNICALL Java_Khoalai_sign__J_3B(JNIEnv *env, jclass class, jlong handle, jbyteArray document)
{
    unsigned char signature[KHOALAI_MAX_SIGNATURE_LEN];
    size_t len = sizeof signature;
    Bytes message = copy_of(env, document);
    int code = khoalai_sign(key_of(handle), message.bytes, message.len, NULL, 0, signature, &len);
    (void)class;
    free(message.bytes);
    return array_of(env, code, signature, len);
}

JNIEXPORT jobjectArray JNICALL Java_Khoalai_encapsulate(JNIEnv *env, jclass class, jbyteArray der)
{
    unsigned char ciphertext[KHOALAI_MAX_CIPHERTEXT_LEN], secret[KHOALAI_SECRET_LEN];
    size_t ciphertext_len = sizeof ciphertext, secret_len = sizeof secret;
    khoalai_public_key *public_key = read_public(env, der);
    jobjectArray both = NULL;
    jbyteArray sent, kept;
    int code;
    (void)class;
    if (public_key == NULL)
        return NULL;
    code = khoalai_encapsulate(public_key, ciphertext, &ciphertext_len, secret, &secret_len);
    khoalai_public_key_free(&public_key);
    sent = array_of(env, code, ciphertext, ciphertext_len);
    kept = sent == NULL ? NULL : array_of(env, code, secret, secret_len);
    if (kept != NULL && (both = (*env)->NewObjectArray(env, 2, (*env)->GetObjectClass(env, sent), sent)) != NULL)
        (*env)->SetObjectArrayElement(env, both, 1, kept);
    return both;
}

JNIEXPORT void JNICALL Java_Khoalai_verify(JNIEnv *env, jclass class, jbyteArray der, jbyteArray document, jbyteArray made)
{
    khoalai_public_key *public_key = read_public(env, der);
    Bytes message, signature;
    int code;
    (void)class;
    if (public_key == NULL)
        return;
    message = copy_of(env, document);
    signature = copy_of(env, made);
    code = khoalai_verify(public_key, message.bytes, message.len, NULL, 0, signature.bytes, signature.len);
    free(message.bytes);
    free(signature.bytes);
    khoalai_public_key_free(&public_key);
    if (code != KHOALAI_OK)
        fail(env, code);
}
