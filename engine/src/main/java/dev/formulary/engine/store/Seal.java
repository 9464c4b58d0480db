package dev.formulary.engine.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/// Encrypts so that nobody without the key reads or changes what is sealed: AES-256-GCM (NIST SP 800-38D) with a random nonce
/// of 96 bits for each, under a key that HKDF-SHA-256 (RFC 5869) derives from a secret. Random nonces hold for 2³² seals.
/// Thread-safe.
final class Seal {
    /// Bytes that a seal adds: the nonce before and the tag behind.
    static final int OVERHEAD = 28;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY = 32;
    private static final int ID = 8;

    private final SecretKey key;
    private final String id;
    private final SecureRandom random = new SecureRandom();

    private Seal(SecretKey key, String id) {
        this.key = key;
        this.id = id;
    }

    /// The seal of a secret, always the same.
    ///
    /// @param purpose for what; one secret gives another key for each
    static Seal of(byte[] secret, String purpose) {
        try {
            KDF kdf = KDF.getInstance("HKDF-SHA256");
            return new Seal(kdf.deriveKey("AES", derivation(secret, purpose + " key", KEY)),
                    HexFormat.of().formatHex(kdf.deriveData(derivation(secret, purpose + " id", ID))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK 25 has HKDF-SHA256", e);
        }
    }

    private static HKDFParameterSpec derivation(byte[] secret, String info, int length) {
        return HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info.getBytes(StandardCharsets.UTF_8), length);
    }

    /// By which the key is told from others; it can't be learned from that.
    String id() {
        return id;
    }

    /// Seals.
    ///
    /// @param associated what the seal is bound to; it opens with the same only, and is not part of it
    byte[] seal(byte[] plain, byte[] associated) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = Arrays.copyOf(nonce, NONCE + plain.length + TAG_BITS / Byte.SIZE);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, associated);
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /// Opens.
    ///
    /// @return what was sealed, or null when it was sealed with another key or for something else, or was changed since
    byte @Nullable [] open(byte[] sealed, byte[] associated) {
        if (sealed.length < OVERHEAD) {
            return null;
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), associated)
                    .doFinal(sealed, NONCE, sealed.length - NONCE);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] associated) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associated);
        return cipher;
    }
}
