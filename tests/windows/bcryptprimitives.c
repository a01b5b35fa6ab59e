/* Wine 8 lacks bcryptprimitives.dll, from which Rust's library takes randomness. For tests only. */
unsigned char __stdcall SystemFunction036(void *buffer, unsigned long length); /* RtlGenRandom */
__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *buffer, unsigned long long length)
{
    return SystemFunction036(buffer, (unsigned long)length);
}
