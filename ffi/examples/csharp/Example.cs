// khoalai from C#: key exchange, and a signature that is refused when changed.
//
//     mcs Khoalai.cs Example.cs -out:example.exe && mono example.exe
using System;
using System.Linq;
using System.Text;

static class Example
{
    const uint XWing = 0x0101, MlDsa65EcdsaP256Sha512 = 0x0201;
    const int VerificationFailed = 201;

    static int Main()
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        using (var key = Key.Generate(XWing))
        using (var own = PublicKey.Of(key))
        using (var read = PublicKey.Import(XWing, own.ToBytes()))
        {
            byte[] secret;
            var ciphertext = read.Encapsulate(out secret);
            MustBe(key.Decapsulate(ciphertext).SequenceEqual(secret), "the two have different secrets");
            ciphertext[0] ^= 1;
            MustBe(!key.Decapsulate(ciphertext).SequenceEqual(secret), "a changed ciphertext gave the same secret");
            // The garbage collector copies as it likes: keep secrets short, and wipe the last copy.
            Array.Clear(secret, 0, secret.Length);
        }
        Console.WriteLine(Native.Vietnamese ? "Hai bên có chung một bí mật." : "A secret is shared.");

        var message = Encoding.UTF8.GetBytes("Công văn số 01/2026");
        using (var key = Key.Generate(MlDsa65EcdsaP256Sha512))
        using (var publicKey = PublicKey.Of(key))
        {
            var signature = key.Sign(message);
            publicKey.Verify(message, signature);
            message[0] ^= 1;
            try
            {
                publicKey.Verify(message, signature);
                MustBe(false, "a changed message was accepted");
            }
            catch (KhoalaiException error)
            {
                MustBe(error.Code == VerificationFailed, error.Message);
                Console.WriteLine(error.Message);
            }
        }
        return 0;
    }

    static void MustBe(bool condition, string what)
    {
        if (condition) return;
        Console.Error.WriteLine("this must not happen: " + what);
        Environment.Exit(2);
    }
}
