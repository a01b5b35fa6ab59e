//! Tiếng Việt, dựng sẵn (NFC).

use super::Text;

pub(super) const TEXT: Text = Text {
    about: "Cặp khóa lai hậu lượng tử: trao đổi khóa và chữ ký vẫn an toàn chừng nào một trong hai nửa còn an toàn.",
    usage_heading: "Cách dùng:",
    commands_heading: "Các lệnh:",
    arguments_heading: "Tham số:",
    options_heading: "Tùy chọn:",
    more_help: "Mã thoát và các loại tệp: khoalai --help",
    exit_codes: "\
Mã thoát:
  0  xong
  1  chữ ký hoặc bản mã bị từ chối
  2  sai dòng lệnh
  3  dữ liệu vào không đúng dạng, sai khóa, thuật toán lạ
  4  không làm theo chính sách: khóa TEST ONLY, chỉ có cổ điển, ghi đè khóa bí mật, terminal, quá tốn kém
  5  lỗi tệp hoặc hệ thống
  6  nguồn ngẫu nhiên bị lỗi, hoặc thiết bị giữ khóa chưa trả lời được
  7  tự kiểm tra thất bại",
    files_help: "\
Các loại tệp:
  KEY, PUB     khóa bí mật, khóa công khai: PEM hoặc DER, phân biệt theo nội dung; PUB có thể là chứng thư;
               cả hai có thể là khóa OpenSSH
  CT, SS, SIG  bản mã, bí mật dùng chung, chữ ký: các byte nguyên gốc
  -            luồng vào chuẩn hoặc luồng ra chuẩn
Khóa bí mật và bí mật dùng chung được ghi với quyền 0600 (trên Windows: theo quyền của thư mục), ghi trọn hoặc
không ghi gì, không bao giờ ra terminal.
Khóa có nhãn PEM TEST ONLY PRIVATE KEY hoặc TEST ONLY PUBLIC KEY bị từ chối nếu không có --allow-test-keys.",
    notice: "\
Phần mềm mật mã dân sự, chưa được kiểm định, chưa chứng nhận hợp quy. Không dùng để bảo vệ bí mật nhà nước:
việc đó phải dùng mật mã của cơ yếu (Nghị định 333/2026/NĐ-CP, Điều 10).",
    help_help: "In phần trợ giúp này",
    version_help: "In số phiên bản",
    json_help: "In một đối tượng JSON thay cho văn bản, kể cả khi có lỗi",
    lang_help: "Ngôn ngữ: tiếng Việt hoặc tiếng Anh [mặc định: theo LC_ALL, LC_MESSAGES, LANG]",

    see_help: "Xem: khoalai --help, hoặc khoalai LỆNH --help.",
    unknown_argument: "không có tham số '{}'.",
    unknown_command: "không có lệnh '{}'.",
    missing_argument: "còn thiếu: {}.",
    missing_command: "chưa nêu lệnh nào.",
    missing_value: "'{}' cần một giá trị.",
    invalid_value: "giá trị '{}' không dùng được cho '{}'.",
    conflicting_arguments: "không dùng '{}' cùng với '{}' được.",
    repeated_argument: "'{}' được nêu nhiều lần.",
    not_utf8: "có tham số không phải UTF-8.",
    bad_command_line: "không hiểu được dòng lệnh.",
    did_you_mean: "Có phải ý bạn là '{}'?",

    algorithms_about: "Liệt kê thuật toán: độ dài tính bằng byte, tiêu chuẩn, thư viện cài đặt",
    keygen_about: "Tạo khóa bí mật và khóa công khai của nó",
    public_about: "Ghi khóa công khai của một khóa bí mật",
    encapsulate_about: "Đóng gói khóa: tạo bí mật dùng chung cho chủ của một khóa công khai",
    decapsulate_about: "Mở gói khóa: lấy bí mật dùng chung từ bản mã",
    sign_about: "Ký một tệp",
    verify_about: "Kiểm tra chữ ký trên một tệp",
    selftest_about: "Kiểm tra mọi thuật toán với đáp án biết trước và đối chiếu hai bản cài đặt",
    demo_about: "Kể toàn bộ câu chuyện trong một lần chạy: trao đổi khóa, chữ ký, mọi lần từ chối. Không ghi tệp nào",

    algorithm_help: "Tên thuật toán, đúng như `khoalai algorithms` liệt kê",
    keygen_output_help: "Nơi ghi khóa bí mật",
    keygen_public_help: "Nơi ghi khóa công khai",
    encrypt_help: "Mã hóa khóa bí mật bằng cụm mật khẩu (PBES2: AES-256, scrypt)",
    passphrase_file_help: "Đọc cụm mật khẩu từ dòng đầu của FILE; chỉ mình bạn được có quyền đọc tệp này",
    der_help: "Ghi DER thay cho PEM",
    test_only_help: "Đánh dấu khóa TEST ONLY (chỉ để thử)",
    force_help: "Ghi đè khóa bí mật đã có",
    allow_test_keys_help: "Chấp nhận khóa mang dấu TEST ONLY",
    key_help: "Khóa bí mật",
    pub_help: "Khóa công khai hoặc chứng thư của người ký",
    public_output_help: "Nơi ghi khóa công khai [mặc định: -]",
    to_help: "Khóa công khai hoặc chứng thư của người nhận",
    ciphertext_out_help: "Nơi ghi bản mã, để gửi cho người nhận",
    ciphertext_in_help: "Bản mã",
    secret_help: "Nơi ghi bí mật dùng chung (32 byte; phải giữ kín)",
    context_help: "Chữ ký dùng vào việc gì; khi kiểm tra cần đúng TEXT này, đúng từng byte (nhiều nhất 255 byte)",
    file_help: "Tài liệu, dài bao nhiêu cũng được",
    signature_out_help: "Nơi ghi chữ ký",
    signature_in_help: "Chữ ký",
    explain_help: "Cho biết nửa nào của chữ ký ghép khớp",
    demo_file_help: "Tài liệu của bạn để ký và kiểm tra [mặc định: một văn bản có sẵn]",

    keygen_done: "{}: đã ghi khóa bí mật vào {}.",
    public_done: "{}: đã ghi khóa công khai vào {}.",
    encapsulate_done: "{}: đã ghi bản mã vào {}, bí mật dùng chung vào {}.",
    decapsulate_done: "{}: đã ghi bí mật dùng chung vào {}.",
    sign_done: "{}: đã ký {} ({} byte), đã ghi chữ ký vào {}.",
    verify_done: "HỢP LỆ: {} đúng là tài liệu mà chủ của khóa {} này đã ký.",
    selftest_done: "Cả {} phép tự kiểm tra đều đạt.",
    demo_done: "Cả {} bước đều diễn ra như phải thế: cái đúng được chấp nhận, mọi thứ khác bị từ chối.",

    same_file: "Cùng một tệp hoặc luồng được nêu hai lần. Hãy nêu mỗi việc một tệp khác nhau.",
    passphrase_needed: "Cần cụm mật khẩu mà không có terminal để hỏi. Hãy chạy trong terminal, hoặc (không phải trên \
        Windows) dùng --passphrase-file.",
    passphrase_empty: "Cụm mật khẩu rỗng không bảo vệ được gì. Hãy chọn cụm khác.",
    passphrase_differs: "Hai lần nhập khác nhau; chưa ghi gì cả. Hãy làm lại.",
    device_name: "Windows coi tên này là tên thiết bị. Hãy chọn tên khác.",
    not_public: "Đây là khóa bí mật; ở đây cần khóa công khai hoặc chứng thư. Hãy tạo bằng lệnh: khoalai public.",
    not_private: "Đây là khóa công khai hoặc chứng thư; ở đây cần khóa bí mật.",
    too_large: "Tệp dài hơn mọi tệp cùng loại. Hãy kiểm tra xem có đúng tệp không.",
    made_apart: "Hai nửa của loại khóa này luôn được tạo riêng. Hãy tạo khóa X-Wing: trên đường truyền hai loại như nhau.",
    would_overwrite: "Ở đó đã có tệp không được để mất. Hãy chọn tên khác, hoặc với keygen thì dùng --force.",
    terminal: "Không ghi bí mật hay byte nguyên gốc ra terminal. Hãy nêu tên tệp, hoặc nối đầu ra sang lệnh khác.",
    passphrase_file_open: "Người khác đọc được tệp cụm mật khẩu, hoặc tệp không phải của bạn. Hãy chạy: chmod 600.",
    passphrase_file_unsupported: "Trên Windows, khoalai không biết được ai khác đọc được tệp cụm mật khẩu. Hãy bỏ \
        --passphrase-file và nhập cụm mật khẩu.",
    read_failed: "không đọc được: {}. Hãy kiểm tra đường dẫn và quyền truy cập.",
    write_failed: "không ghi được: {}. Không có gì bị ghi dở dang; hãy kiểm tra đường dẫn và chỗ trống.",
    io_not_found: "không có tệp hoặc thư mục này",
    io_denied: "không có quyền",
    io_directory: "đây là thư mục",
    io_not_directory: "một phần của đường dẫn không phải thư mục",
    io_full: "hết chỗ trống",
    io_read_only: "hệ thống tệp chỉ cho đọc",
    io_broken_pipe: "bên đọc đã đóng",
    algorithms_advice: "Xem: khoalai algorithms.",
    allow_test_keys_advice: "(--allow-test-keys)",
    test_only_der_advice: "DER không có chỗ cho dấu này: hãy bỏ --der.",

    certificate_not_checked: "Cảnh báo: chỉ lấy khóa công khai từ chứng thư. CHƯA kiểm tra chuỗi chứng thực, thời hạn \
        và tình trạng thu hồi; hãy kiểm tra trước khi tin.",
    test_only_key: "Cảnh báo: khóa này mang dấu TEST ONLY (chỉ để thử). Đừng dùng để bảo vệ bất cứ thứ gì.",
    passphrase_new: "Cụm mật khẩu mới cho {}: ",
    passphrase_again: "Nhập lại, cho {}: ",
    passphrase_for: "Cụm mật khẩu của {}: ",
    reading: "Đang đọc",

    column_name: "Tên",
    column_use: "Công dụng",
    column_category: "Hạng",
    column_public: "Công khai",
    column_private: "Bí mật",
    column_sent: "Gửi đi",
    column_keygen: "keygen",
    column_status: "Trạng thái",
    column_document: "Tài liệu",
    column_code: "Cài đặt bởi",
    use_kem: "KEM",
    use_signature: "chữ ký",
    use_half: "nửa khóa",
    status_standard: "tiêu chuẩn",
    status_draft: "dự thảo",
    status_private: "riêng",
    status_legacy: "đời cũ",
    two_halves: "hai nửa",
    yes: "có",
    no: "không",
    half_fits: "khớp",
    half_fails: "KHÔNG khớp",
    halves_line: "nửa hậu lượng tử {}, nửa cổ điển {}",
    known_answer: "đáp án biết trước",
    cross_check: "đối chiếu",
    passed: "đạt",
    failed: "KHÔNG ĐẠT",

    demo_ok: "đúng",
    demo_bad: "SAI",
    demo_exchange: "Trao đổi khóa lai: An và Bình thống nhất một bí mật",
    demo_key: "Bình tạo cặp khóa {} và công bố khóa công khai ({} byte)",
    demo_encapsulate: "An tạo bí mật dùng chung cho Bình rồi gửi bản mã ({} byte) kèm giá trị xác nhận",
    demo_agree: "Bình mở gói khóa: giá trị xác nhận khớp, hai bên có cùng một bí mật",
    demo_break_pq: "Một bit của nửa {} bị sửa trên đường: Bình được bí mật khác, giá trị xác nhận không khớp, từ chối",
    demo_break_classical: "Một bit của nửa {} bị sửa trên đường: giá trị xác nhận không khớp, từ chối",
    demo_zero_share: "Khóa tạm thời làm cho bí mật X25519 bằng không: từ chối",
    demo_off_curve: "Với MLKEM768-P256, khóa tạm thời không nằm trên đường cong: từ chối trước khi dùng đến khóa",
    demo_signature: "Chữ ký ghép: An ký một tài liệu",
    demo_signing_key: "An tạo cặp khóa {} và công bố khóa công khai ({} byte)",
    demo_document: "Biên bản họp: cây cầu sẽ được xây.",
    demo_own_document: "một tài liệu có sẵn",
    demo_signed: "An ký {} ({} byte): chữ ký dài {} byte",
    demo_verified: "Bình kiểm tra: hợp lệ",
    demo_tampered: "Tài liệu bị sửa một bit: từ chối",
    demo_break_half: "Một bit của nửa {} bị sửa: {}, từ chối",
};
