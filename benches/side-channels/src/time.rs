pub fn all(_: &[String]) {}
