//! One `Copy` error with stable numbers, and its texts in English and Vietnamese.

/// What every fallible call of this crate returns.
pub type Result<T> = core::result::Result<T, Error>;

/// Which of the outcomes of architecture rule 3 an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The caller's input or request cannot be served; no key was asked.
    Input,
    /// A key was asked and the answer depends on the ciphertext, share or message it was given.
    /// Nothing finer is told, and the call is not repeated.
    Refused,
    /// The key could not answer whatever it was given: absent, locked, busy. Mend it and ask again.
    Condition,
    /// The implementation itself is not fit to be used.
    Fault,
}

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $code:literal, $class:ident, $en:literal, $vi:literal;)+) => {
        /// Why a call failed. Numbers and names are stable: they are never reused or renumbered.
        ///
        /// No error carries data, so none can carry a secret.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Error {
            $($(#[$doc])* $name = $number,)+
        }

        impl Error {
            /// Every error there is, for tables and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $number,)+ }
            }

            /// The stable ASCII name, for logs and programs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Which class of outcome this is.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)+ }
            }

            /// What happened and what to do next, for a person. UTF-8, NFC.
            #[must_use]
            pub const fn text(self, language: Language) -> &'static str {
                match language {
                    Language::En => match self { $(Self::$name => $en,)+ },
                    Language::Vi => match self { $(Self::$name => $vi,)+ },
                }
            }
        }
    };
}

errors! {
    /// An input has the wrong length or encoding.
    Malformed = 100, "MALFORMED", Input,
        "The input is malformed: its length or encoding is wrong. Check that it is complete and of the right kind.",
        "Dữ liệu vào không đúng dạng: sai độ dài hoặc sai mã hóa. Hãy kiểm tra dữ liệu có đủ và đúng loại không.";
    /// The output buffer is shorter than the algorithm's table says it must be.
    BufferTooSmall = 101, "BUFFER_TOO_SMALL", Input,
        "The output buffer is too small. Ask the algorithm for the length and pass a buffer of at least that size.",
        "Vùng nhớ kết quả quá nhỏ. Hãy hỏi thuật toán về độ dài và cấp vùng nhớ ít nhất bằng độ dài đó.";
    /// No algorithm that was offered has this identifier.
    UnknownAlgorithm = 102, "UNKNOWN_ALGORITHM", Input,
        "The algorithm identifier is not one that was offered. List the supported algorithms and compare.",
        "Định danh thuật toán không nằm trong danh sách được chấp nhận. Hãy xem danh sách thuật toán được hỗ trợ.";
    /// The key or public key belongs to another algorithm than the one asked for.
    WrongAlgorithm = 103, "WRONG_ALGORITHM", Input,
        "The key belongs to another algorithm. Use a key of the algorithm that was asked for.",
        "Khóa thuộc thuật toán khác. Hãy dùng khóa của đúng thuật toán được yêu cầu.";
    /// This key or algorithm cannot do this operation.
    Unsupported = 104, "UNSUPPORTED", Input,
        "This key cannot do this operation. Use a key-exchange key to exchange keys and a signature key to sign.",
        "Khóa này không làm được thao tác này. Hãy dùng khóa trao đổi khóa để trao đổi khóa và khóa ký để ký.";
    /// A classical key on its own, where only a hybrid or post-quantum key protects.
    ClassicalOnly = 105, "CLASSICAL_ONLY", Input,
        "A classical key alone gives no post-quantum protection and is not accepted here. Use a hybrid key.",
        "Khóa cổ điển đứng một mình không bảo vệ được trước máy tính lượng tử nên không được chấp nhận ở đây. Hãy dùng khóa lai.";
    /// The context string is longer than 255 bytes, or the algorithm takes none.
    BadContext = 106, "BAD_CONTEXT", Input,
        "The context is longer than 255 bytes, or this algorithm takes none. Shorten it or leave it out.",
        "Chuỗi ngữ cảnh dài hơn 255 byte, hoặc thuật toán này không nhận ngữ cảnh. Hãy rút ngắn hoặc bỏ đi.";
    /// A public key fails its algorithm's check: coefficients out of range, or a point off the curve.
    BadPublicKey = 107, "BAD_PUBLIC_KEY", Input,
        "The public key is not valid for its algorithm. Do not use it; ask its owner for the right one.",
        "Khóa công khai không hợp lệ với thuật toán của nó. Đừng dùng khóa này; hãy hỏi lại chủ khóa.";
    /// A private key fails its algorithm's check.
    BadPrivateKey = 108, "BAD_PRIVATE_KEY", Input,
        "The private key is damaged or not valid for its algorithm. Restore it from its backup.",
        "Khóa bí mật bị hỏng hoặc không hợp lệ với thuật toán của nó. Hãy khôi phục từ bản sao lưu.";
    /// A key marked TEST ONLY, which the caller did not ask for.
    TestOnly = 109, "TEST_ONLY", Input,
        "This key is marked TEST ONLY: anybody may know it. Use a real key, or allow test keys explicitly in a test.",
        "Khóa này mang dấu TEST ONLY (chỉ để thử): ai cũng có thể biết. Hãy dùng khóa thật, hoặc cho phép khóa thử khi đang kiểm thử.";
    /// The private key has no form that may leave: its halves live apart, or it was read without its seed.
    NotExportable = 110, "NOT_EXPORTABLE", Input,
        "This private key has no form that may be written out. Generate a new key with a seed if you need a copy.",
        "Khóa bí mật này không có dạng được phép xuất ra. Hãy tạo khóa mới có hạt giống (seed) nếu cần bản sao.";
    /// The private key is in expanded form, without its seed.
    SeedRequired = 111, "SEED_REQUIRED", Input,
        "This private key is in expanded form, and keys of this kind are read from their seed only. Write it out again with its seed, with the program it comes from.",
        "Khóa bí mật này ở dạng mở rộng, mà khóa loại này chỉ được đọc từ hạt giống (seed). Hãy xuất lại khóa kèm hạt giống từ chương trình đã tạo ra nó.";
    /// The key is another one than the message was prepared for.
    WrongKey = 112, "WRONG_KEY", Input,
        "The message was prepared for another key. Start again with the key that signs or verifies.",
        "Thông điệp đã được chuẩn bị cho khóa khác. Hãy làm lại từ đầu với đúng khóa sẽ ký hoặc kiểm tra.";
    /// An algorithm that is only for reading what is left of early days, and no policy permits it.
    LegacyAlgorithm = 113, "LEGACY_ALGORITHM", Input,
        "This algorithm only serves to read what early software left behind and is not accepted here. Use a current one, or permit it by policy.",
        "Thuật toán này chỉ để đọc dữ liệu mà phần mềm thời đầu để lại nên không được chấp nhận ở đây. Hãy dùng thuật toán hiện hành, hoặc cho phép bằng chính sách.";
    /// A private key that code works with whose timing is known to leak, and no policy permits it.
    LeakyCustody = 114, "LEAKY_CUSTODY", Input,
        "The timing of the code that uses this private key is known to leak, so it is not accepted here. Keep the key in a device, or permit it by policy.",
        "Thời gian chạy của mã dùng khóa bí mật này được biết là làm lộ khóa nên không được chấp nhận ở đây. Hãy giữ khóa trong thiết bị, hoặc cho phép bằng chính sách.";
    /// A secret is held in a less guarded place than the policy demands.
    WeakCustody = 115, "WEAK_CUSTODY", Input,
        "A secret of this key is held in a less guarded place than the policy demands. Use a key in a device, or demand less.",
        "Bí mật của khóa này nằm ở nơi kém bảo vệ hơn mức chính sách đòi hỏi. Hãy dùng khóa trong thiết bị, hoặc hạ mức đòi hỏi.";
    /// The identifier is one of a superseded draft or prototype.
    ObsoleteAlgorithm = 116, "OBSOLETE_ALGORITHM", Input,
        "This was made by a superseded draft or prototype, and is not what the standard of today is. Generate a new key, or have the certificate re-issued, with an algorithm of today.",
        "Dữ liệu này do một bản dự thảo hoặc bản thử nghiệm đã bị thay thế tạo ra, không giống tiêu chuẩn hiện nay. Hãy tạo khóa mới hoặc xin cấp lại chứng thư với thuật toán hiện nay.";
    /// The private key is encrypted in a way that is not read.
    UnknownEncryption = 117, "UNKNOWN_ENCRYPTION", Input,
        "The private key is encrypted in a way that is not read here. Encrypt it with PBES2 (AES-256-CBC under scrypt or PBKDF2 with HMAC-SHA-256); for an OpenSSH key remove the passphrase first: ssh-keygen -p.",
        "Khóa bí mật được mã hóa theo cách ở đây không đọc được. Hãy mã hóa bằng PBES2 (AES-256-CBC với scrypt, hoặc PBKDF2 dùng HMAC-SHA-256); với khóa OpenSSH hãy bỏ cụm mật khẩu trước: ssh-keygen -p.";
    /// Nothing can be decrypted with this passphrase.
    PassphraseWrong = 118, "PASSPHRASE_WRONG", Input,
        "The passphrase is wrong, or the file is damaged. Check it and try again.",
        "Cụm mật khẩu sai, hoặc tệp bị hỏng. Hãy kiểm tra rồi thử lại.";
    /// Opening the private key would cost more than the limits allow. Nothing was computed.
    TooCostly = 119, "TOO_COSTLY", Input,
        "Opening this key would take more memory or time than is allowed, so nothing was computed. If you trust it, encrypt it anew at a lower cost.",
        "Mở khóa này tốn nhiều bộ nhớ hoặc thời gian hơn mức cho phép nên chưa tính gì cả. Nếu tin khóa này, hãy mã hóa lại với chi phí thấp hơn.";

    /// Software holds no private keys of this algorithm in this build.
    DeviceOnly = 130, "DEVICE_ONLY", Input,
        "Private keys of this algorithm are not made or used in software here: the RSA half belongs in a token or chip. Make it there, or choose another algorithm.",
        "Ở đây phần mềm không tạo và không dùng khóa bí mật của thuật toán này: nửa RSA phải nằm trong thiết bị (token hoặc chip). Hãy tạo nửa đó trong thiết bị, hoặc chọn thuật toán khác.";

    /// Decapsulation gave no shared secret.
    DecapsulationFailed = 200, "DECAPSULATION_FAILED", Refused,
        "The ciphertext could not be opened with this key. Check that it was made for this key and arrived whole.",
        "Không mở gói khóa được bằng khóa này. Hãy kiểm tra bản mã có đúng dành cho khóa này và còn nguyên vẹn không.";
    /// The signature does not fit the message, the context and the public key.
    VerificationFailed = 201, "VERIFICATION_FAILED", Refused,
        "The signature is NOT valid for this document, context and key. Do not trust the document.",
        "Chữ ký KHÔNG hợp lệ với tài liệu, ngữ cảnh và khóa này. Đừng tin tài liệu này.";
    /// A key was asked to sign and gave no usable signature.
    SigningFailed = 202, "SIGNING_FAILED", Refused,
        "The key gave no usable signature. Check the device or the key, then sign again.",
        "Khóa không tạo được chữ ký dùng được. Hãy kiểm tra thiết bị hoặc khóa rồi ký lại.";

    /// The two halves do not make the hybrid that was named.
    HalvesMismatch = 300, "HALVES_MISMATCH", Input,
        "These two halves do not make this hybrid: one post-quantum and one classical half made for it are needed.",
        "Hai nửa khóa này không ghép thành cặp khóa lai đã nêu: cần một nửa hậu lượng tử và một nửa cổ điển tạo cho nó.";
    /// This component key already served a hybrid.
    KeyReused = 301, "KEY_REUSED", Input,
        "This component key was already used in a hybrid. Components must be fresh: generate a new one.",
        "Khóa thành phần này đã được dùng trong một cặp khóa lai. Khóa thành phần phải mới: hãy tạo khóa mới.";
    /// The store cannot remember or hold any more keys.
    StoreFull = 302, "STORE_FULL", Condition,
        "The key store is full. Make room or use a larger store.",
        "Kho khóa đã đầy. Hãy giải phóng chỗ hoặc dùng kho lớn hơn.";
    /// The store holds no key of that name.
    NotFound = 303, "NOT_FOUND", Condition,
        "No key of that name is in the store. Check the name and the device.",
        "Không có khóa mang tên đó trong kho. Hãy kiểm tra tên khóa và thiết bị.";
    /// Both halves of a KEM are in one device, which can combine them itself.
    SameDevice = 304, "SAME_DEVICE", Input,
        "Both halves are in the same device. Use that device's own hybrid, so that their secrets need not leave it.",
        "Cả hai nửa nằm trong cùng một thiết bị. Hãy dùng cặp khóa lai của chính thiết bị đó để các bí mật không phải ra ngoài.";

    /// The random source failed.
    RandomFailed = 400, "RANDOM_FAILED", Condition,
        "The random source failed, so nothing was generated. Check the system's or device's random generator.",
        "Nguồn ngẫu nhiên bị lỗi nên không tạo gì cả. Hãy kiểm tra bộ sinh ngẫu nhiên của hệ thống hoặc thiết bị.";
    /// The device that holds the key is not there.
    Absent = 401, "ABSENT", Condition,
        "The device that holds the key is not connected. Connect it and try again.",
        "Chưa thấy thiết bị giữ khóa. Hãy cắm thiết bị rồi thử lại.";
    /// The device wants a login first.
    LoginRequired = 402, "LOGIN_REQUIRED", Condition,
        "The device is locked or the login has ended. Log in with the PIN and try again.",
        "Thiết bị đang khóa hoặc phiên đăng nhập đã hết. Hãy đăng nhập bằng mã PIN rồi thử lại.";
    /// The PIN was refused. It is not tried again by itself.
    PinRefused = 403, "PIN_REFUSED", Condition,
        "The PIN was refused. Stop here and check it: more wrong tries may lock the device.",
        "Mã PIN bị từ chối. Dừng lại và kiểm tra: nhập sai thêm có thể làm khóa thiết bị.";
    /// The device is busy with another user's work.
    Busy = 404, "BUSY", Condition,
        "The device is busy. Wait a moment and try again.",
        "Thiết bị đang bận. Hãy chờ một chút rồi thử lại.";
    /// The device did not answer in time.
    Timeout = 405, "TIMEOUT", Condition,
        "The device did not answer in time. Check its connection and try again.",
        "Thiết bị không trả lời kịp thời gian. Hãy kiểm tra kết nối rồi thử lại.";

    /// The process was forked after the device was opened.
    Forked = 406, "FORKED", Condition,
        "This process was forked after the device was opened, and the device's driver does not survive that. Open devices in the child process, after the fork.",
        "Tiến trình này được tách (fork) sau khi mở thiết bị, mà trình điều khiển không dùng tiếp được sau đó. Hãy mở thiết bị trong tiến trình con, sau khi tách.";
    /// The device was asked again and fails at everything.
    DeviceFailed = 407, "DEVICE_FAILED", Condition,
        "The device fails at everything it is asked. Check it and its driver; it is tried again by itself from time to time.",
        "Thiết bị lỗi với mọi yêu cầu. Hãy kiểm tra thiết bị và trình điều khiển; thư viện sẽ tự thử lại theo định kỳ.";
    /// The PIN is locked.
    PinLocked = 408, "PIN_LOCKED", Condition,
        "The PIN is locked after too many wrong tries. Have the device's administrator unlock it.",
        "Mã PIN đã bị khóa vì nhập sai quá nhiều lần. Hãy nhờ người quản trị thiết bị mở khóa.";
    /// What combines shared secrets inside the device is not there, and nothing weaker was permitted.
    CombinerUnavailable = 409, "COMBINER_UNAVAILABLE", Condition,
        "The device cannot combine the two shared secrets inside, and letting them out was not permitted. Use a device that can, or permit it explicitly.",
        "Thiết bị không kết hợp được hai bí mật dùng chung bên trong, và việc đưa chúng ra ngoài chưa được cho phép. Hãy dùng thiết bị làm được, hoặc cho phép một cách tường minh.";

    /// A known-answer test failed: this algorithm must not be used here.
    SelfTestFailed = 500, "SELF_TEST_FAILED", Fault,
        "A self-test failed: this build or machine computes this algorithm wrongly. Do not use it; reinstall and report it.",
        "Tự kiểm tra thất bại: bản dựng hoặc máy này tính sai thuật toán. Đừng dùng; hãy cài lại và báo lỗi.";
}

/// The language of a text for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Tiếng Việt.
    Vi,
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text(Language::En))
    }
}

impl core::error::Error for Error {}
