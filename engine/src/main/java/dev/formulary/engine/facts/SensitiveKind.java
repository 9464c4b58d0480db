package dev.formulary.engine.facts;

/// Kinds of data about a person that can be told by their form.
public enum SensitiveKind {
    EMAIL, PHONE, PAYMENT_CARD, BANK_ACCOUNT, NATIONAL_ID, IP_ADDRESS, DATE_OF_BIRTH, POSTAL_ADDRESS,
    /// A password, a key or a token.
    SECRET
}
