//! What a library was built for, from its first bytes, so that a 32-bit driver is told from a broken
//! one. Mach-O files are only known as such: one of them can serve several processors.

use core::fmt;

/// As much of a file as is looked at.
pub(super) const START: u64 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Elf,
    Pe,
    MachO,
}

/// What a library was built for, or what this process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binary {
    format: Format,
    bits: u8,
    little_endian: bool,
    /// Of ELF: `e_machine`. Of PE: `Machine`.
    machine: u16,
}

/// Name, `e_machine` of ELF, `Machine` of PE.
const MACHINES: [(&str, u16, u16); 10] = [
    ("x86", 3, 0x014c),
    ("x86-64", 62, 0x8664),
    ("ARM", 40, 0x01c4),
    ("AArch64", 183, 0xaa64),
    ("RISC-V", 243, if cfg!(target_pointer_width = "32") { 0x5032 } else { 0x5064 }),
    ("LoongArch", 258, 0x6264),
    ("MIPS", 8, 0x0166),
    ("PowerPC", 20, 0x01f0),
    ("PowerPC64", 21, 0x01f1),
    ("s390x", 22, 0),
];

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (format, number) = match self.format {
            Format::Elf => ("ELF", MACHINES.iter().find(|machine| machine.1 == self.machine)),
            Format::Pe => ("PE", MACHINES.iter().find(|machine| machine.2 == self.machine)),
            Format::MachO => return f.write_str("Mach-O"),
        };
        write!(f, "{format} {}-bit ", self.bits)?;
        match number {
            Some((name, ..)) => f.write_str(name)?,
            None => write!(f, "machine {:#x}", self.machine)?,
        }
        if self.little_endian { Ok(()) } else { f.write_str(" big-endian") }
    }
}

/// What this process is, if that is known.
pub(super) fn process() -> Option<Binary> {
    let name = match std::env::consts::ARCH {
        "x86" => "x86",
        "x86_64" => "x86-64",
        "arm" => "ARM",
        "aarch64" => "AArch64",
        "riscv32" | "riscv64" => "RISC-V",
        "loongarch64" => "LoongArch",
        "mips" | "mips64" => "MIPS",
        "powerpc" => "PowerPC",
        "powerpc64" => "PowerPC64",
        "s390x" => "s390x",
        _ => return None,
    };
    let (_, elf, pe) = MACHINES.iter().find(|machine| machine.0 == name)?;
    let bits = if cfg!(target_pointer_width = "32") { 32 } else { 64 };
    let little_endian = cfg!(target_endian = "little");
    Some(if cfg!(windows) {
        Binary { format: Format::Pe, bits, little_endian, machine: *pe }
    } else if cfg!(target_vendor = "apple") {
        MACH_O
    } else {
        Binary { format: Format::Elf, bits, little_endian, machine: *elf }
    })
}

const MACH_O: Binary = Binary { format: Format::MachO, bits: 0, little_endian: true, machine: 0 };

/// What the library was built for whose first bytes these are, if it is one.
pub(super) fn library(start: &[u8]) -> Option<Binary> {
    match start {
        [0x7f, b'E', b'L', b'F', class, data, ..] => elf(start, *class, *data),
        [b'M', b'Z', ..] => pe(start),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => Some(MACH_O),
        _ => None,
    }
}

fn elf(start: &[u8], class: u8, data: u8) -> Option<Binary> {
    const SHARED_OBJECT: u16 = 3; // ET_DYN
    let bits = match class {
        1 => 32,
        2 => 64,
        _ => return None,
    };
    let (little_endian, number): (bool, fn([u8; 2]) -> u16) = match data {
        1 => (true, u16::from_le_bytes),
        2 => (false, u16::from_be_bytes),
        _ => return None,
    };
    let machine = number(at(start, 18)?);
    (number(at(start, 16)?) == SHARED_OBJECT).then_some(Binary {
        format: Format::Elf,
        bits,
        little_endian,
        machine,
    })
}

fn pe(start: &[u8]) -> Option<Binary> {
    const DLL: u16 = 0x2000; // IMAGE_FILE_DLL
    let header = usize::try_from(u32::from_le_bytes(at(start, 0x3c)?)).ok()?;
    let start = start.get(header..)?;
    let machine = u16::from_le_bytes(at(start, 4)?);
    let characteristics = u16::from_le_bytes(at(start, 22)?);
    let bits = match u16::from_le_bytes(at(start, 24)?) {
        0x10b => 32,
        0x20b => 64,
        _ => return None,
    };
    let is_dll = start.starts_with(b"PE\0\0") && characteristics & DLL != 0;
    is_dll.then_some(Binary { format: Format::Pe, bits, little_endian: true, machine })
}

fn at<const N: usize>(bytes: &[u8], place: usize) -> Option<[u8; N]> {
    bytes.get(place..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf_of(class: u8, data: u8, kind: [u8; 2], machine: [u8; 2]) -> Vec<u8> {
        [&[0x7f, b'E', b'L', b'F', class, data, 1][..], &[0; 9], &kind, &machine].concat()
    }

    fn pe_of(machine: u16, characteristics: u16, magic: u16) -> Vec<u8> {
        let mut file = vec![0; 0x80];
        file[..2].copy_from_slice(b"MZ");
        file[0x3c] = 0x80;
        file.extend(b"PE\0\0");
        file.extend(machine.to_le_bytes());
        file.extend([0; 16]);
        file.extend(characteristics.to_le_bytes());
        file.extend(magic.to_le_bytes());
        file
    }

    #[test]
    fn what_a_library_was_built_for_is_told() {
        for (file, said) in [
            (elf_of(2, 1, [3, 0], [62, 0]), "ELF 64-bit x86-64"),
            (elf_of(1, 1, [3, 0], [62, 0]), "ELF 32-bit x86-64"),
            (elf_of(1, 1, [3, 0], [3, 0]), "ELF 32-bit x86"),
            (elf_of(2, 1, [3, 0], [183, 0]), "ELF 64-bit AArch64"),
            (elf_of(2, 2, [0, 3], [0, 22]), "ELF 64-bit s390x big-endian"),
            (elf_of(2, 1, [3, 0], [1, 2]), "ELF 64-bit machine 0x201"),
            (pe_of(0x14c, 0x2102, 0x10b), "PE 32-bit x86"),
            (pe_of(0x8664, 0x2022, 0x20b), "PE 64-bit x86-64"),
            (vec![0xcf, 0xfa, 0xed, 0xfe, 7], "Mach-O"),
        ] {
            assert_eq!(library(&file).unwrap().to_string(), said);
            for length in 0..file.len() {
                let _ = library(&file[..length]); // no panic
            }
        }
    }

    #[test]
    fn what_is_no_library_is_told() {
        for file in [
            elf_of(2, 1, [2, 0], [62, 0]), // a program
            elf_of(3, 1, [3, 0], [62, 0]),
            elf_of(2, 3, [3, 0], [62, 0]),
            pe_of(0x8664, 0x22, 0x20b), // a program
            pe_of(0x8664, 0x2022, 0x107),
            b"MZ".to_vec(),
            b"#!/bin/sh\n".to_vec(),
            b"!<arch>\n".to_vec(),
            Vec::new(),
        ] {
            assert_eq!(library(&file), None, "{file:?}");
        }
        let mut far = pe_of(0x8664, 0x2022, 0x20b);
        far[0x3c..0x40].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(library(&far), None);
    }

    /// The test's own program says what it is, but for the kind of file: it is no library.
    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_what_its_file_is() {
        let mut file = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        file.truncate(64);
        let place = if cfg!(target_endian = "little") { 16 } else { 17 };
        file[place] = 3;
        assert_eq!(library(&file), process());
    }
}
