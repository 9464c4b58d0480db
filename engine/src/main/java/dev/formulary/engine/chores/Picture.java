package dev.formulary.engine.chores;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// A picture of a camera.
///
/// @param type by its first bytes
record Picture(String type, byte[] bytes) {

    static Picture of(byte[] bytes, String camera) throws HouseException {
        String head = new String(bytes, 0, Math.min(8, bytes.length), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return new Picture("image/jpeg", bytes);
        }
        if (head.startsWith("\u0089PNG\r\n")) {
            return new Picture("image/png", bytes);
        }
        throw new HouseException("what " + camera + " gives is no picture in JPEG or PNG");
    }

    String url() {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    /// By which it is known again: SHA-256 in hexadecimal digits.
    String hash() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
