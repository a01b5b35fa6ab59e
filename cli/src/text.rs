//! What is said to people, in two languages. A message that lacks a translation does not compile.

mod en;
mod vi;

use khoalai::Language;

macro_rules! catalogue {
    ($($name:ident)+) => {
        /// Every message. `{}` stands for what [`fill`] puts in.
        #[derive(Clone, Copy)]
        pub(crate) struct Text { $(pub(crate) $name: &'static str,)+ }

        impl Text {
            /// Every message with its name, for tests.
            #[cfg(test)]
            pub(crate) fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)+]
            }
        }
    };
}

catalogue! {
    // The frame of the help.
    about usage_heading commands_heading arguments_heading options_heading more_help exit_codes files_help notice
    help_help version_help json_help lang_help
    // Complaints about the command line.
    see_help unknown_argument unknown_command missing_argument missing_command missing_value invalid_value
    conflicting_arguments repeated_argument not_utf8 bad_command_line did_you_mean
    // What the commands are for.
    algorithms_about keygen_about public_about encapsulate_about decapsulate_about sign_about verify_about
    selftest_about demo_about hsm_about hsm_list_about hsm_probe_about
    hsm_inventory_about hsm_keygen_about hsm_adopt_about hsm_recover_about
    // Their arguments.
    algorithm_help keygen_output_help keygen_public_help encrypt_help passphrase_file_help key_file_help der_help
    test_only_help force_help allow_test_keys_help key_help pub_help public_output_help to_help
    ciphertext_out_help ciphertext_in_help secret_help context_help file_help signature_out_help
    signature_in_help explain_help demo_file_help module_help profile_help pin_file_help claims_help module_parameters_help list_uri_help token_uri_help
    new_uri_help reference_out_help recovery_help no_recovery_help reference_help recovery_key_help old_out_help
    rehearse_help adopted_uri_help adopt_name_help not_fresh_help
    // How they end well.
    keygen_done public_done encapsulate_done decapsulate_done sign_done verify_done selftest_done demo_done inventory_done
    hsm_keygen_done hsm_recover_done hsm_rehearse_done
    // How they end badly, and what to do next.
    same_file passphrase_needed passphrase_empty passphrase_differs device_name
    not_public not_private too_large made_apart key_not_named not_by_name recovery_unsaid adoption_unsaid adopted_not_fresh adopted_open key_left would_overwrite terminal passphrase_file_open
    passphrase_file_unsupported key_file_open key_file_unsupported read_failed write_failed io_not_found io_denied io_directory io_not_directory
    io_full io_read_only io_broken_pipe algorithms_advice allow_test_keys_advice test_only_der_advice
    // Warnings and questions.
    certificate_not_checked test_only_key passphrase_new passphrase_again passphrase_for reading pin_for pin_few_tries pin_last_try pin_at_device profile_ignored
    // Tables and verdicts.
    column_name column_use column_category column_public column_private column_sent column_keygen
    column_status column_document column_code use_kem use_signature use_half status_standard status_draft
    status_private status_legacy two_halves yes no half_fits half_fails halves_line known_answer cross_check
    passed failed column_token column_model column_serial column_pkcs11 column_uri column_key column_component
    column_hybrid column_guarded column_risk column_works column_halves_inside risk_recorded risk_forged risk_unknown
    risk_hybrid share_both share_classical share_pq combiner_line combiner_derive combiner_digest combiner_none
    held_in_token held_sealed held_otherwise
    // The demonstration.
    demo_ok demo_bad demo_exchange demo_key demo_encapsulate demo_agree demo_break_pq demo_break_classical
    demo_zero_share demo_off_curve demo_signature demo_signing_key demo_document demo_own_document demo_signed
    demo_verified demo_tampered demo_break_half
}

impl Text {
    /// The messages of a language. A language without messages here gets English.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Vi => &vi::TEXT,
            _ => &en::TEXT,
        }
    }
}

/// Puts the values in the places of `{}`, in order.
pub(crate) fn fill(message: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut values = values.iter();
    for (index, piece) in message.split("{}").enumerate() {
        if index > 0 {
            filled.push_str(values.next().copied().unwrap_or_default());
        }
        filled.push_str(piece);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::is_nfc;

    #[test]
    fn both_catalogues_are_full_and_alike() {
        let (en, vi) = (en::TEXT.all(), vi::TEXT.all());
        assert_eq!(en.len(), vi.len());
        for ((name, en), (_, vi)) in en.iter().zip(&vi) {
            for text in [en, vi] {
                assert!(!text.trim().is_empty(), "{name} says nothing");
                assert!(is_nfc(text), "{name} is not NFC");
                assert!(
                    !text.contains("  ") || name.starts_with("exit") || name.starts_with("files"),
                    "{name}"
                );
            }
            assert_eq!(en.matches("{}").count(), vi.matches("{}").count(), "{name} takes other values");
        }
    }

    /// Names, options and numbers are not translated; whatever else is the same was forgotten.
    #[test]
    fn nothing_is_left_untranslated() {
        let same = ["column_keygen", "use_kem", "allow_test_keys_advice", "column_pkcs11", "column_uri"];
        for ((name, en), (_, vi)) in en::TEXT.all().iter().zip(vi::TEXT.all()) {
            assert_eq!(*en == vi, same.contains(name), "{name}");
        }
    }

    #[test]
    fn values_go_in_order() {
        assert_eq!(fill("{} and {}.", &["a", "b"]), "a and b.");
        assert_eq!(fill("{} and {}.", &["{}"]), "{} and .");
    }
}
