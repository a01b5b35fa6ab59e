import java.security.GeneralSecurityException;

/** khoalai for Java 8 and newer, over JNI: no other library is needed. Public keys travel as DER. */
public final class Khoalai implements AutoCloseable {
    public static final int X_WING = 0x0101;
    public static final int MLDSA65_ECDSA_P256_SHA512 = 0x0201;
    public static final int VERIFICATION_FAILED = 201;

    /** Why a call failed: the stable number, and the text for people. */
    public static final class Failure extends GeneralSecurityException {
        private static final long serialVersionUID = 1;
        public final int code;

        Failure(int code, String text) {
            super(text);
            this.code = code;
        }
    }

    static {
        System.loadLibrary("khoalai_jni");
    }

    private long handle;

    public Khoalai(int algorithm) throws Failure {
        handle = generate(algorithm);
    }

    public byte[] publicKey() throws Failure {
        return publicKey(open());
    }

    public byte[] decapsulate(byte[] ciphertext) throws Failure {
        return decapsulate(open(), ciphertext);
    }

    public byte[] sign(byte[] message) throws Failure {
        return sign(open(), message);
    }

    /** The ciphertext to send, and the secret. */
    public static native byte[][] encapsulate(byte[] publicKey) throws Failure;

    /** Returns if the signature is right; otherwise throws. */
    public static native void verify(byte[] publicKey, byte[] message, byte[] signature) throws Failure;

    /** Whoever closes a key must be the last who uses it. */
    @Override
    public void close() {
        free(handle);
        handle = 0;
    }

    private long open() {
        if (handle == 0) {
            throw new IllegalStateException("the key is closed");
        }
        return handle;
    }

    private static native long generate(int algorithm) throws Failure;

    private static native byte[] publicKey(long handle) throws Failure;

    private static native byte[] decapsulate(long handle, byte[] ciphertext) throws Failure;

    private static native byte[] sign(long handle, byte[] message) throws Failure;

    private static native void free(long handle);
}
