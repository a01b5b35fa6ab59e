// The part of khoalai.h that the example uses, for .NET Framework, mono and .NET. `size_t` is UIntPtr, so
// that 32-bit processes work too; cdecl is said, because Windows would otherwise take stdcall.
using System;
using System.Runtime.InteropServices;
using System.Text;

public sealed class KhoalaiException : Exception
{
    public readonly int Code;

    public KhoalaiException(int code) : base(Native.Text(code)) { Code = code; }
}

internal static class Native
{
    // khoalai.dll; libkhoalai.so on Linux, where .NET and mono add what is missing.
    const string Library = "khoalai";
    const CallingConvention C = CallingConvention.Cdecl;

    [DllImport(Library, CallingConvention = C)] static extern IntPtr khoalai_error_text(int error, int language);
    [DllImport(Library, CallingConvention = C)] static extern IntPtr khoalai_error_name(int error);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_key_generate(uint algorithm, IntPtr policy, out IntPtr key);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_key_public(Key key, out IntPtr publicKey);
    [DllImport(Library, CallingConvention = C)] internal static extern void khoalai_key_free(ref IntPtr key);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_public_key_import(uint algorithm, IntPtr policy, byte[] bytes, UIntPtr len, out IntPtr publicKey);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_public_key_write(PublicKey publicKey, uint encoding, byte[] output, ref UIntPtr len);
    [DllImport(Library, CallingConvention = C)] internal static extern void khoalai_public_key_free(ref IntPtr publicKey);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_encapsulate(PublicKey publicKey, byte[] ciphertext, ref UIntPtr ciphertextLen, byte[] secret, ref UIntPtr secretLen);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_decapsulate(Key key, byte[] ciphertext, UIntPtr ciphertextLen, byte[] secret, ref UIntPtr secretLen);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_sign(Key key, byte[] message, UIntPtr messageLen, byte[] context, UIntPtr contextLen, byte[] signature, ref UIntPtr signatureLen);
    [DllImport(Library, CallingConvention = C)] internal static extern int khoalai_verify(PublicKey publicKey, byte[] message, UIntPtr messageLen, byte[] context, UIntPtr contextLen, byte[] signature, UIntPtr signatureLen);

    internal static readonly bool Vietnamese = (Environment.GetEnvironmentVariable("LANG") ?? "").StartsWith("vi");

    internal static void Must(int code)
    {
        if (code != 0) throw new KhoalaiException(code);
    }

    internal delegate int Writer(byte[] output, ref UIntPtr len);

    // For the length first, then for everything.
    internal static byte[] Ask(Writer writer)
    {
        var len = UIntPtr.Zero;
        Must(writer(null, ref len));
        var output = new byte[(int)len];
        Must(writer(output, ref len));
        Array.Resize(ref output, (int)len);
        return output;
    }

    internal static UIntPtr Len(byte[] bytes) { return (UIntPtr)bytes.Length; }

    internal static string Text(int code)
    {
        return Utf8(khoalai_error_text(code, Vietnamese ? 1 : 0)) + " [" + Utf8(khoalai_error_name(code)) + "]";
    }

    static string Utf8(IntPtr text)
    {
        var len = 0;
        while (Marshal.ReadByte(text, len) != 0) len++;
        var bytes = new byte[len];
        Marshal.Copy(text, bytes, 0, len);
        return Encoding.UTF8.GetString(bytes);
    }
}

// A SafeHandle is freed once, and not while a call is inside.
public sealed class Key : SafeHandle
{
    Key(IntPtr key) : base(IntPtr.Zero, true) { SetHandle(key); }

    public override bool IsInvalid { get { return handle == IntPtr.Zero; } }

    protected override bool ReleaseHandle() { Native.khoalai_key_free(ref handle); return true; }

    public static Key Generate(uint algorithm)
    {
        IntPtr key;
        Native.Must(Native.khoalai_key_generate(algorithm, IntPtr.Zero, out key));
        return new Key(key);
    }

    public byte[] Decapsulate(byte[] ciphertext)
    {
        return Native.Ask((byte[] o, ref UIntPtr l) => Native.khoalai_decapsulate(this, ciphertext, Native.Len(ciphertext), o, ref l));
    }

    public byte[] Sign(byte[] message)
    {
        return Native.Ask((byte[] o, ref UIntPtr l) => Native.khoalai_sign(this, message, Native.Len(message), null, UIntPtr.Zero, o, ref l));
    }
}

public sealed class PublicKey : SafeHandle
{
    PublicKey(IntPtr key) : base(IntPtr.Zero, true) { SetHandle(key); }

    public override bool IsInvalid { get { return handle == IntPtr.Zero; } }

    protected override bool ReleaseHandle() { Native.khoalai_public_key_free(ref handle); return true; }

    public static PublicKey Of(Key key)
    {
        IntPtr publicKey;
        Native.Must(Native.khoalai_key_public(key, out publicKey));
        return new PublicKey(publicKey);
    }

    public static PublicKey Import(uint algorithm, byte[] bytes)
    {
        IntPtr publicKey;
        Native.Must(Native.khoalai_public_key_import(algorithm, IntPtr.Zero, bytes, Native.Len(bytes), out publicKey));
        return new PublicKey(publicKey);
    }

    public byte[] ToBytes()
    {
        return Native.Ask((byte[] o, ref UIntPtr l) => Native.khoalai_public_key_write(this, 1, o, ref l));
    }

    public byte[] Encapsulate(out byte[] secret)
    {
        var ciphertext = new byte[1952];
        secret = new byte[32];
        UIntPtr ciphertextLen = Native.Len(ciphertext), secretLen = Native.Len(secret);
        Native.Must(Native.khoalai_encapsulate(this, ciphertext, ref ciphertextLen, secret, ref secretLen));
        Array.Resize(ref ciphertext, (int)ciphertextLen);
        return ciphertext;
    }

    public void Verify(byte[] message, byte[] signature)
    {
        Native.Must(Native.khoalai_verify(this, message, Native.Len(message), null, UIntPtr.Zero, signature, Native.Len(signature)));
    }
}
