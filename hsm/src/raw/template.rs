//! Attributes to ask for or to set, wiped when they are done with.

use cryptoki::object::Attribute;
use cryptoki_sys::CK_ATTRIBUTE;
use zeroize::Zeroize;

/// A list of attributes. Those that can hold secrets are wiped.
#[derive(Default)]
pub(crate) struct Template(Vec<Attribute>);

impl Template {
    pub(crate) fn new(attributes: impl Into<Vec<Attribute>>) -> Self {
        Self(attributes.into())
    }

    /// With further ones.
    pub(crate) fn with(mut self, attributes: impl IntoIterator<Item = Attribute>) -> Self {
        self.0.extend(attributes);
        self
    }

    pub(crate) fn get(&self) -> &[Attribute] {
        &self.0
    }

    /// As C has it. It points into this template.
    pub(super) fn c(&self) -> Vec<CK_ATTRIBUTE> {
        self.0.iter().map(Into::into).collect()
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        for attribute in &mut self.0 {
            match attribute {
                Attribute::Value(value)
                | Attribute::Seed(value)
                | Attribute::PrivateExponent(value)
                | Attribute::Prime1(value)
                | Attribute::Prime2(value)
                | Attribute::Exponent1(value)
                | Attribute::Exponent2(value)
                | Attribute::Coefficient(value) => value.zeroize(),
                _ => {}
            }
        }
    }
}
