//! Why a call failed: an error of the library, or one of those that only devices have.

use crate::raw::Rv;
use alloc::borrow::Cow;
use core::fmt;
use khoalai::{Class, Language};

/// What every fallible call of this crate returns.
pub type Result<T> = core::result::Result<T, Error>;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $code:literal, $class:ident, $en:literal, $vi:literal;)+) => {
        /// What can go wrong with devices that the library itself knows nothing of. Numbers and names
        /// are stable: they are never reused or renumbered.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Problem {
            $($(#[$doc])* $name = $number,)+
        }

        impl Problem {
            /// Every problem there is, for tables and tests.
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
                    Language::Vi => match self { $(Self::$name => $vi,)+ },
                    _ => match self { $(Self::$name => $en,)+ },
                }
            }
        }
    };
}

problems! {
    /// A PKCS#11 URI that RFC 7512 does not allow.
    UriMalformed = 600, "URI_MALFORMED", Input,
        "This is not a PKCS#11 URI of RFC 7512. Compare it with: pkcs11:token=NAME;object=NAME.",
        "Chuỗi này không phải URI PKCS#11 đúng theo RFC 7512. Hãy kiểm tra từng thuộc tính và so với mẫu: pkcs11:token=TÊN;object=TÊN.";
    /// A PKCS#11 URI that is too long, as it is or once printed.
    UriTooLong = 601, "URI_TOO_LONG", Input,
        "The PKCS#11 URI is too long: 4096 bytes are the limit, percent-encoding included. Leave out attributes that are not needed to tell the key apart.",
        "URI PKCS#11 quá dài: giới hạn là 4096 byte, tính cả phần mã hóa phần trăm. Hãy bỏ bớt những thuộc tính không cần để phân biệt khóa.";
    /// A path attribute that RFC 7512 does not define.
    UriUnknownAttribute = 602, "URI_UNKNOWN_ATTRIBUTE", Input,
        "The path of the PKCS#11 URI has an attribute that is not known here, so it cannot mean any key. Check its spelling, in lower case, or take it out.",
        "Phần đường dẫn của URI PKCS#11 có thuộc tính không được biết ở đây nên không thể chỉ tới khóa nào. Hãy kiểm tra chính tả (viết chữ thường) hoặc bỏ thuộc tính đó.";
    /// The same attribute twice.
    UriDuplicate = 603, "URI_DUPLICATE", Input,
        "An attribute stands twice in the PKCS#11 URI. Keep the one that is meant.",
        "Một thuộc tính xuất hiện hai lần trong URI PKCS#11. Hãy chỉ giữ lại thuộc tính đúng ý.";
    /// A PIN inside a URI.
    UriPinValue = 604, "URI_PIN_VALUE", Input,
        "There is a PIN in the PKCS#11 URI, where logs and other users can see it. Take it out, enter the PIN when asked or name an owner-only file by pin-source, and change the PIN if the URI was stored or sent.",
        "URI PKCS#11 chứa mã PIN, là nơi nhật ký và người dùng khác có thể nhìn thấy. Hãy bỏ ra, nhập mã PIN khi được hỏi hoặc dùng pin-source trỏ tới tệp chỉ chủ sở hữu đọc được, và đổi mã PIN nếu URI đã được lưu hay gửi đi.";
    /// A value that is to be text and is not UTF-8.
    UriNotText = 605, "URI_NOT_TEXT", Input,
        "A value in the PKCS#11 URI is not text in UTF-8 once it is percent-decoded. Write the name again, each byte of its UTF-8 as %XX.",
        "Một giá trị trong URI PKCS#11 sau khi giải mã phần trăm không phải văn bản UTF-8. Hãy viết lại tên đó, mỗi byte UTF-8 ghi thành %XX.";
    /// A value that its attribute cannot have.
    UriValue = 606, "URI_VALUE", Input,
        "A value in the PKCS#11 URI is not one that its attribute can have. Write type as public, private, cert, secret-key or data; library-version as M or M.N with numbers up to 255; slot-id as a decimal number.",
        "Một giá trị trong URI PKCS#11 không hợp lệ với thuộc tính của nó. Hãy sửa lại: type chỉ nhận một trong các từ public, private, cert, secret-key, data; library-version có dạng M hoặc M.N, mỗi số không quá 255; slot-id phải là một số thập phân không âm.";

    /// No PIN can be like this.
    PinMalformed = 607, "PIN_MALFORMED", Input,
        "This cannot be a PIN: it is empty, too long, not UTF-8, or has a line break in it. The device was not asked, so no try is lost; enter or write the PIN again.",
        "Đây không thể là mã PIN: rỗng, quá dài, không phải UTF-8 hoặc có dấu xuống dòng bên trong. Thiết bị chưa bị hỏi nên không mất lần thử nào; hãy nhập hoặc ghi lại mã PIN.";
    /// A `pin-source` that is no file of this machine.
    PinSourceRefused = 608, "PIN_SOURCE_REFUSED", Input,
        "The PIN source is refused: only a file of this machine is taken, as an absolute path or as file:/path; no commands, no network addresses. Name such a file, or leave pin-source out to be asked.",
        "Nguồn mã PIN bị từ chối: chỉ nhận tệp trên máy này, ghi bằng đường dẫn tuyệt đối hoặc file:/đường-dẫn; không nhận lệnh, không nhận địa chỉ mạng. Hãy chỉ tới tệp như vậy, hoặc bỏ pin-source để được hỏi mã PIN.";
    /// A PIN file that others may read or could have put there.
    PinFileUnsafe = 609, "PIN_FILE_UNSAFE", Input,
        "The PIN file is not safe: it must be a regular file, no link, that belongs to you or root and that nobody else may open. Run chmod 600 on it, and change the PIN if others may have read it.",
        "Tệp mã PIN không an toàn: phải là tệp thường, không phải liên kết, thuộc về bạn hoặc root và không ai khác mở được. Hãy chạy chmod 600 cho tệp, và đổi mã PIN nếu người khác có thể đã đọc.";
    /// A PIN file that is not there or cannot be read.
    PinFileUnreadable = 610, "PIN_FILE_UNREADABLE", Condition,
        "The PIN file cannot be read. Check that it is there and that the user of this program may read it.",
        "Không đọc được tệp mã PIN. Hãy kiểm tra tệp có tồn tại và người dùng chạy chương trình này có quyền đọc không.";
    /// A PIN file on a system where nobody can tell who reads it.
    PinFileUnsupported = 611, "PIN_FILE_UNSUPPORTED", Input,
        "PINs are not read from files on this system, because it cannot be checked here who else may read them. Leave pin-source out and enter the PIN when asked.",
        "Trên hệ thống này mã PIN không được đọc từ tệp, vì ở đây không kiểm tra được còn ai đọc được tệp. Hãy bỏ pin-source và nhập mã PIN khi được hỏi.";
    /// A source of PINs that has none.
    PinNotGiven = 612, "PIN_NOT_GIVEN", Condition,
        "The device wants a PIN and none was given, or the one that was given is used up. Give the PIN and try again.",
        "Thiết bị cần mã PIN nhưng chưa được cung cấp, hoặc mã đã cung cấp đã dùng rồi. Hãy cung cấp mã PIN rồi thử lại.";

    /// A module that is not there or cannot be read.
    ModuleUnreadable = 613, "MODULE_UNREADABLE", Condition,
        "The PKCS#11 module cannot be read. Check its path, and install the device's driver if it is missing.",
        "Không đọc được mô-đun PKCS#11. Hãy kiểm tra đường dẫn, và cài trình điều khiển của thiết bị nếu còn thiếu.";
    /// A module that others could replace.
    ModuleUnsafe = 614, "MODULE_UNSAFE", Input,
        "The PKCS#11 module is not safe to load: it must be a regular file, and it and every directory above it must belong to you or root and not be writable for everybody. Correct owner and permissions, or install it in a system directory.",
        "Mô-đun PKCS#11 không an toàn để nạp: phải là tệp thường, tệp và mọi thư mục phía trên phải thuộc về bạn hoặc root và không cho phép mọi người ghi. Hãy sửa chủ sở hữu và quyền, hoặc cài mô-đun vào thư mục hệ thống.";
    /// A module that is not on the caller's list.
    ModuleNotAllowed = 615, "MODULE_NOT_ALLOWED", Input,
        "No PKCS#11 module that may be loaded is the one that is meant. List the module explicitly if you trust it; what a URI names is never loaded on its word.",
        "Không có mô-đun PKCS#11 nào trong danh sách được phép nạp khớp với yêu cầu. Nếu tin mô-đun đó, hãy tự thêm vào danh sách; mô-đun do URI nêu không bao giờ được nạp chỉ vì URI nêu ra.";
    /// A file that is no library.
    ModuleNotLibrary = 616, "MODULE_NOT_LIBRARY", Input,
        "The PKCS#11 module is not a library that can be loaded: it is damaged or something else. Install the device's driver again and check the path.",
        "Mô-đun PKCS#11 không phải thư viện có thể nạp: tệp bị hỏng hoặc là loại khác. Hãy cài lại trình điều khiển của thiết bị và kiểm tra đường dẫn.";
    /// A module for another processor or word size than this process.
    ModuleForeign = 617, "MODULE_FOREIGN", Input,
        "The PKCS#11 module was built for another system, processor or word size (32 or 64 bits) than this program. Install the driver's variant for this program, or run the program's variant for that driver.",
        "Mô-đun PKCS#11 được dựng cho hệ điều hành, bộ xử lý hoặc độ rộng từ (32 hay 64 bit) khác với chương trình này. Hãy cài bản trình điều khiển hợp với chương trình, hoặc chạy bản chương trình hợp với trình điều khiển đó.";

    /// A profile of quirks that cannot be read.
    ProfileMalformed = 630, "PROFILE_MALFORMED", Input,
        "The profile of this device has a mistake in it. Compare it with the template profiles/template.toml; a profile cannot say what is believed.",
        "Tệp cấu hình riêng (profile) của thiết bị có lỗi. Hãy so với mẫu profiles/template.toml; tệp này không thể quy định điều gì được tin.";
    /// A profile for another build of the same module. It is ignored.
    ProfileOtherBuild = 631, "PROFILE_OTHER_BUILD", Condition,
        "The profile is for another version or build of this driver and was ignored. Try the device again (khoalai hsm probe) and add the new hash to the profile.",
        "Tệp cấu hình riêng dành cho phiên bản khác của trình điều khiển này nên đã bị bỏ qua. Hãy thử lại thiết bị (khoalai hsm probe) rồi thêm mã băm mới vào tệp.";

    /// A module that the system does not load, or that is none.
    ModuleUnloadable = 640, "MODULE_UNLOADABLE", Condition,
        "This file cannot be loaded as a PKCS#11 module. Check that its driver is installed whole, with all libraries it needs.",
        "Không nạp được tệp này làm mô-đun PKCS#11. Hãy kiểm tra trình điều khiển đã cài đủ cùng mọi thư viện nó cần.";
    /// Calls that never came back keep as many threads as are allowed.
    CallsStuck = 641, "CALLS_STUCK", Condition,
        "Too many calls to the device never came back. Check the device and restart this program.",
        "Quá nhiều lời gọi tới thiết bị không bao giờ trả về. Hãy kiểm tra thiết bị và khởi động lại chương trình này.";
    /// The device or the object must not be written to.
    ReadOnly = 642, "READ_ONLY", Condition,
        "The device does not allow this change. Use its administrator's tools, or another device.",
        "Thiết bị không cho phép thay đổi này. Hãy dùng công cụ quản trị của thiết bị, hoặc thiết bị khác.";
    /// The PIN was refused and few tries are left.
    FewTries = 643, "PIN_FEW_TRIES", Condition,
        "The PIN is wrong and only few tries are left. Stop here and check it before trying again.",
        "Mã PIN sai và chỉ còn ít lần thử. Dừng lại và kiểm tra mã PIN trước khi thử lại.";
    /// The PIN was refused and one try is left.
    LastTry = 644, "PIN_LAST_TRY", Condition,
        "The PIN is wrong and ONE try is left before the device locks itself. Stop here and ask its administrator.",
        "Mã PIN sai và chỉ còn MỘT lần thử trước khi thiết bị tự khóa. Dừng lại và hỏi người quản trị thiết bị.";
    /// A module that does not lock by the system's means, or not without threads of its own.
    ModuleThreads = 645, "MODULE_THREADS", Condition,
        "The PKCS#11 module does not work with threads as it was told to. In its profile, set os_locking_ok = false if it cannot lock (CKR_CANT_LOCK); leave out library_cant_create_os_threads if it needs threads of its own (CKR_NEED_TO_CREATE_THREADS).",
        "Mô-đun PKCS#11 không làm việc được với luồng theo cách đã khai báo. Trong tệp cấu hình riêng, hãy đặt os_locking_ok = false nếu mô-đun không khóa được (CKR_CANT_LOCK); hãy bỏ library_cant_create_os_threads nếu mô-đun cần luồng riêng (CKR_NEED_TO_CREATE_THREADS).";
    /// More objects than any device holds.
    TooManyObjects = 646, "TOO_MANY_OBJECTS", Condition,
        "The device finds more objects than are looked at (65536), or finds them without end. Name the key by its identifier (id=...), and take out what is not needed with the device's tools.",
        "Thiết bị tìm thấy nhiều đối tượng hơn mức được xem (65536), hoặc tìm mãi không hết. Hãy nêu khóa bằng định danh (id=...), và xóa bớt những gì không cần bằng công cụ của thiết bị.";
    /// No token fits the URI.
    TokenNotFound = 650, "TOKEN_NOT_FOUND", Condition,
        "No token fits this URI. Connect the device, and compare the URI with: khoalai hsm list.",
        "Không có thiết bị nào khớp URI này. Hãy cắm thiết bị rồi so URI với kết quả của: khoalai hsm list.";
    /// More than one token fits the URI.
    TokenAmbiguous = 651, "TOKEN_AMBIGUOUS", Input,
        "More than one token fits this URI. Add its serial number (serial=...).",
        "Có nhiều thiết bị khớp URI này. Hãy thêm số sê-ri (serial=...).";
    /// More than one key has this name.
    KeyAmbiguous = 652, "KEY_AMBIGUOUS", Input,
        "More than one key of the device has this name. Name it by its identifier (id=...).",
        "Có nhiều khóa trong thiết bị mang tên này. Hãy nêu khóa bằng định danh (id=...).";
    /// A key of this name is there already.
    NameTaken = 653, "NAME_TAKEN", Input,
        "The device already has a key of this name. Choose another name, or destroy that key first.",
        "Thiết bị đã có khóa mang tên này. Hãy chọn tên khác, hoặc hủy khóa đó trước.";
    /// What the device made is not what was asked for. It was destroyed again.
    AttributesDiffer = 654, "ATTRIBUTES_DIFFER", Fault,
        "The device made a key that is not protected as was asked. The key was destroyed. Do not use this device; tell its maker.",
        "Thiết bị tạo ra khóa không được bảo vệ như yêu cầu. Khóa đã bị hủy. Đừng dùng thiết bị này; hãy báo cho nhà sản xuất.";
    /// The key does not do what keys of its kind do.
    KeyFails = 655, "KEY_FAILS", Fault,
        "This key of the device does not give right answers, or cannot be used in any way that is known here. Do not use it; run: khoalai hsm probe.",
        "Khóa này trong thiết bị không cho kết quả đúng, hoặc không dùng được theo cách nào đã biết. Đừng dùng khóa này; hãy chạy: khoalai hsm probe.";
    /// The device cannot note which key serves which hybrid, and there is no folder for it.
    ClaimsNowhere = 656, "CLAIMS_NOWHERE", Input,
        "This device cannot note which key serves which hybrid. Name a folder of your own for these notes (Options::claims).",
        "Thiết bị này không ghi được khóa nào thuộc cặp khóa lai nào. Hãy chỉ định một thư mục riêng để ghi (Options::claims).";
    /// The folder for these notes cannot be used.
    ClaimsUnwritable = 657, "CLAIMS_UNWRITABLE", Condition,
        "The folder that notes which key serves which hybrid cannot be read or written. Check that it is there and yours.",
        "Không đọc hoặc ghi được thư mục ghi chép khóa nào thuộc cặp khóa lai nào. Hãy kiểm tra thư mục có tồn tại và thuộc về bạn không.";
    /// The device does not have this algorithm, or not with these parameters.
    NotOffered = 658, "NOT_OFFERED", Condition,
        "The device does not have this algorithm. See what it has with: khoalai hsm probe.",
        "Thiết bị không có thuật toán này. Hãy xem thiết bị có gì bằng: khoalai hsm probe.";

    /// A key without an identifier, which nothing finds again.
    KeyWithoutId = 659, "KEY_WITHOUT_ID", Input,
        "This key of the device has no identifier (CKA_ID), by which its public key and the key itself are found. Give it one with the device's tools, and try again.",
        "Khóa này trong thiết bị không có định danh (CKA_ID) để tìm khóa công khai và tìm lại chính khóa đó. Hãy đặt định danh bằng công cụ của thiết bị rồi thử lại.";

    /// A key reference that is not in the one form it has.
    ReferenceMalformed = 660, "REFERENCE_MALFORMED", Input,
        "This is not a key reference in its one canonical form: it was cut off, added to or edited. Take the file from its backup.",
        "Đây không phải tham chiếu khóa ở dạng chuẩn duy nhất: tệp bị cắt, bị thêm hoặc bị sửa. Hãy lấy lại tệp từ bản sao lưu.";
    /// A key reference whose checksum is not its own.
    ReferenceDamaged = 661, "REFERENCE_DAMAGED", Input,
        "The key reference is damaged: its checksum does not fit. Take the file from its backup.",
        "Tham chiếu khóa bị hỏng: mã kiểm tra không khớp. Hãy lấy lại tệp từ bản sao lưu.";
    /// A key reference of a version that is not known here.
    ReferenceVersion = 662, "REFERENCE_VERSION", Input,
        "The key reference has a version that this program does not know. Use the newer program that wrote it.",
        "Tham chiếu khóa thuộc phiên bản mà chương trình này không biết. Hãy dùng chương trình mới hơn đã ghi tệp.";
    /// A key reference whose parts do not go together.
    ReferenceUnfit = 663, "REFERENCE_UNFIT", Input,
        "The parts of this key reference do not go together, or it asks for what no key has. The detail says which part; make the reference again, or take it from its backup.",
        "Các phần của tham chiếu khóa không khớp nhau, hoặc yêu cầu điều không khóa nào có. Chi tiết cho biết phần nào; hãy tạo lại tham chiếu, hoặc lấy lại từ bản sao lưu.";
    /// A sealed half that does not open, or a reference that its own half does not vouch for.
    SealBroken = 664, "SEAL_BROKEN", Refused,
        "The sealed half does not open: the file was changed, belongs to another key, or the passphrase or key file is not the right one. Check these; otherwise take the file from its backup.",
        "Không mở được nửa khóa đã niêm phong: tệp đã bị sửa, thuộc về khóa khác, hoặc cụm mật khẩu hay tệp khóa không đúng. Hãy kiểm tra lại; nếu không được, hãy lấy lại tệp từ bản sao lưu.";
    /// A sealed half that is another key than the reference says.
    SealForeign = 665, "SEAL_FOREIGN", Refused,
        "The sealed half opens, but it is not the key that the reference names: somebody put another one there. Do not use this file; tell whoever is responsible for the device.",
        "Nửa khóa đã niêm phong mở được nhưng không phải khóa mà tham chiếu nêu: có người đã thay khóa khác vào. Đừng dùng tệp này; hãy báo người chịu trách nhiệm về thiết bị.";
    /// A device that can only wrap by RSA or ECDH, and nothing else protects the seed.
    WrapNotPostQuantum = 666, "WRAP_NOT_POST_QUANTUM", Input,
        "The device has no AES key that wraps; sealed by RSA or ECDH alone, whoever keeps the file could open it with a quantum computer. Add a passphrase or a key file, or permit it explicitly.",
        "Thiết bị không có khóa AES để bọc; nếu chỉ niêm phong bằng RSA hay ECDH, ai giữ tệp cũng có thể mở bằng máy tính lượng tử. Hãy thêm cụm mật khẩu hoặc tệp khóa, hoặc cho phép một cách tường minh.";
    /// A device that can wrap in no way that is known here.
    WrapUnavailable = 667, "WRAP_UNAVAILABLE", Condition,
        "The device wraps keys in no way that works: AES, RSA and ECDH were tried. Keep this half under a passphrase, or use another device.",
        "Thiết bị không bọc khóa được bằng cách nào: đã thử AES, RSA và ECDH. Hãy giữ nửa khóa này dưới cụm mật khẩu, hoặc dùng thiết bị khác.";
    /// A half that wants a passphrase or a key file, and none was given.
    FactorMissing = 668, "FACTOR_MISSING", Input,
        "This half opens only with its passphrase or key file, and that was not given. Give the one that it was made with.",
        "Nửa khóa này chỉ mở được với cụm mật khẩu hoặc tệp khóa của nó, mà chưa được cung cấp. Hãy đưa đúng thứ đã dùng khi tạo.";
    /// A passphrase or key file that protects nothing.
    FactorWeak = 669, "FACTOR_WEAK", Input,
        "This protects nothing: a passphrase must not be empty, and a key file has at least 32 random bytes. Make a key file by: head -c 32 /dev/urandom > FILE.",
        "Thứ này không bảo vệ được gì: cụm mật khẩu không được rỗng, và tệp khóa phải có ít nhất 32 byte ngẫu nhiên. Hãy tạo tệp khóa bằng: head -c 32 /dev/urandom > TỆP.";
    /// A key that is out of use.
    KeyRetired = 670, "KEY_RETIRED", Input,
        "This key is retired: it opens what was sent to it, and does nothing new. Use the key that took its place.",
        "Khóa này đã ngừng dùng: chỉ mở những gì đã gửi cho nó, không làm gì mới. Hãy dùng khóa đã thay thế nó.";
    /// A key that is no more.
    KeyDestroyed = 671, "KEY_DESTROYED", Input,
        "This key is destroyed. Open what was sent to it with the recovery key, and use the key that took its place.",
        "Khóa này đã bị hủy. Hãy mở những gì đã gửi cho nó bằng khóa phục hồi, và dùng khóa đã thay thế nó.";
    /// A key that cannot be the recovery key of this one.
    RecoveryUnfit = 672, "RECOVERY_UNFIT", Input,
        "This cannot be the recovery key here: it has to be another, post-quantum key that opens messages, and signing keys have none. Make one, or say that there is to be no recovery.",
        "Khóa này không thể làm khóa phục hồi ở đây: phải là một khóa khác, hậu lượng tử và mở được thông điệp; khóa ký thì không có khóa phục hồi. Hãy tạo khóa phù hợp, hoặc nói rõ là không cần phục hồi.";
    /// Another recovery key than the one that was recorded.
    RecoveryForeign = 673, "RECOVERY_FOREIGN", Refused,
        "This is not the recovery key that was recorded with the lost key, or there was none. Compare the recovery public key in the key reference with yours.",
        "Đây không phải khóa phục hồi đã ghi cùng khóa bị mất, hoặc khóa đó không có khóa phục hồi. Hãy so khóa công khai phục hồi trong tham chiếu khóa với khóa của bạn.";
}

/// Why a call failed. It names no secret, and nothing of a device's that depends on a ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    what: What,
    detail: Option<Cow<'static, str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Library(khoalai::Error),
    Own(Problem),
}

impl Error {
    /// The same, saying about what: a file, a device, the device's own code.
    #[must_use]
    pub fn about(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail.get_or_insert_with(|| detail.into());
        self
    }

    /// The same with the device's own code, for people who know PKCS#11.
    #[must_use]
    pub(crate) fn because(self, rv: Rv) -> Self {
        self.about(rv.to_string())
    }

    /// About what, if that is known.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The stable number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        match self.what {
            What::Library(error) => error.number(),
            What::Own(problem) => problem.number(),
        }
    }

    /// The stable ASCII name, for logs and programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.what {
            What::Library(error) => error.code(),
            What::Own(problem) => problem.code(),
        }
    }

    /// Which class of outcome this is.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self.what {
            What::Library(error) => error.class(),
            What::Own(problem) => problem.class(),
        }
    }

    /// What happened and what to do next, for a person. UTF-8, NFC.
    #[must_use]
    pub const fn text(&self, language: Language) -> &'static str {
        match self.what {
            What::Library(error) => error.text(language),
            What::Own(problem) => problem.text(language),
        }
    }

    /// The library's error, if it is one.
    #[must_use]
    pub const fn library(&self) -> Option<khoalai::Error> {
        match self.what {
            What::Library(error) => Some(error),
            What::Own(_) => None,
        }
    }

    /// The problem, if it is one that only devices have.
    #[must_use]
    pub const fn problem(&self) -> Option<Problem> {
        match self.what {
            What::Library(_) => None,
            What::Own(problem) => Some(problem),
        }
    }
}

impl From<khoalai::Error> for Error {
    fn from(error: khoalai::Error) -> Self {
        Self { what: What::Library(error), detail: None }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { what: What::Own(problem), detail: None }
    }
}

impl From<Error> for khoalai::Error {
    fn from(error: Error) -> Self {
        error.brief()
    }
}

impl Error {
    /// What a key says through the library's trait, which has no room for more.
    pub(crate) fn brief(&self) -> khoalai::Error {
        use khoalai::Error as Library;
        match self.what {
            What::Library(error) => error,
            // What keeps a device from being asked says nothing of the input.
            What::Own(
                Problem::PinMalformed
                | Problem::PinSourceRefused
                | Problem::PinFileUnsafe
                | Problem::PinFileUnreadable
                | Problem::PinFileUnsupported
                | Problem::PinNotGiven,
            ) => Library::LoginRequired,
            What::Own(Problem::KeyAmbiguous) => Library::NotFound,
            What::Own(Problem::CallsStuck) => Library::Timeout,
            What::Own(Problem::FewTries | Problem::LastTry) => Library::PinRefused,
            What::Own(Problem::TokenNotFound) => Library::Absent,
            What::Own(Problem::NotOffered) => Library::Unsupported,
            What::Own(Problem::AttributesDiffer | Problem::KeyFails) => Library::SelfTestFailed,
            What::Own(problem) if problem.class() == Class::Input => Library::Malformed,
            What::Own(_) => Library::DeviceFailed,
        }
    }
}

impl PartialEq<Problem> for Error {
    fn eq(&self, other: &Problem) -> bool {
        self.problem() == Some(*other)
    }
}

impl PartialEq<khoalai::Error> for Error {
    fn eq(&self, other: &khoalai::Error) -> bool {
        self.library() == Some(*other)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(detail) = self.detail() {
            write!(f, "{detail}: ")?;
        }
        f.write_str(self.text(Language::En))
    }
}

impl core::error::Error for Error {}
