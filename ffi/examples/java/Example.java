import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** khoalai from Java: key exchange, and a signature that is refused when changed. */
public final class Example {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        String language = System.getenv("LANG");
        boolean vietnamese = language != null && language.startsWith("vi");

        try (Khoalai key = new Khoalai(Khoalai.X_WING)) {
            byte[][] made = Khoalai.encapsulate(key.publicKey());
            byte[] ciphertext = made[0];
            byte[] secret = made[1];
            mustBe(MessageDigest.isEqual(secret, key.decapsulate(ciphertext)), "the two have different secrets");
            ciphertext[0] ^= 1;
            mustBe(!MessageDigest.isEqual(secret, key.decapsulate(ciphertext)), "a changed ciphertext gave the same secret");
            Arrays.fill(secret, (byte) 0);
        }
        out.println(vietnamese ? "Hai bên có chung một bí mật." : "A secret is shared.");

        byte[] message = "Công văn số 01/2026".getBytes(StandardCharsets.UTF_8);
        try (Khoalai key = new Khoalai(Khoalai.MLDSA65_ECDSA_P256_SHA512)) {
            byte[] publicKey = key.publicKey();
            byte[] signature = key.sign(message);
            Khoalai.verify(publicKey, message, signature);
            message[0] ^= 1;
            try {
                Khoalai.verify(publicKey, message, signature);
                mustBe(false, "a changed message was accepted");
            } catch (Khoalai.Failure failure) {
                mustBe(failure.code == Khoalai.VERIFICATION_FAILED, failure.getMessage());
                out.println(failure.getMessage());
            }
        }
    }

    private static void mustBe(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("this must not happen: " + what);
        }
    }
}
