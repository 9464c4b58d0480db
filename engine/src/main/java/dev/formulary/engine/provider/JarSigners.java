package dev.formulary.engine.provider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/// Who signed a JAR, by the JDK's own verification (`jarsigner`). A certificate is named by the SHA-256 of its encoded form,
/// which `keytool -list -v` shows.
final class JarSigners {
    private JarSigners() {}

    /// Makes sure that every class and resource is signed by one and the same trusted certificate.
    ///
    /// @param trusted SHA-256 sums in hexadecimal
    /// @throws Refusal when something is not signed, was changed afterwards, or is signed by nobody who is trusted
    static void check(Path jar, List<String> trusted) throws Refusal {
        Set<String> found = signersOfAll(jar);
        boolean known = found.stream()
                .anyMatch(sum -> trusted.stream().anyMatch(one -> one.toLowerCase(Locale.ROOT).equals(sum)));
        if (!known) {
            throw new Refusal("none of its signers is among those of 'plugins.allow'; to trust it add "
                    + String.join(" or ", found.stream().sorted().toList()));
        }
    }

    private static Set<String> signersOfAll(Path file) throws Refusal {
        Set<String> common = null;
        try (var jar = new JarFile(file.toFile(), true)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.isDirectory() || isPartOfTheSignature(entry.getName())) {
                    continue;
                }
                readToItsEnd(jar, entry);
                Set<String> signers = signers(entry);
                if (signers.isEmpty()) {
                    throw new Refusal("'" + entry.getName() + "' in it is not signed; sign the JAR with jarsigner");
                }
                if (common == null) {
                    common = signers;
                } else {
                    common.retainAll(signers);
                }
            }
        } catch (SecurityException e) {
            throw new Refusal("it was changed after it had been signed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new Refusal("its signature can't be read: " + e.getMessage(), e);
        }
        return common == null ? Set.of() : common;
    }

    private static boolean isPartOfTheSignature(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.startsWith("META-INF/") && upper.indexOf('/', "META-INF/".length()) < 0
                && (upper.equals(JarFile.MANIFEST_NAME) || upper.endsWith(".SF") || upper.endsWith(".RSA")
                        || upper.endsWith(".DSA") || upper.endsWith(".EC") || upper.startsWith("META-INF/SIG-"));
    }

    /// The JDK verifies an entry while it is read.
    private static void readToItsEnd(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
    }

    private static Set<String> signers(JarEntry entry) {
        Set<String> sums = new HashSet<>();
        CodeSigner[] signers = entry.getCodeSigners();
        for (CodeSigner signer : signers == null ? new CodeSigner[0] : signers) {
            for (Certificate certificate : signer.getSignerCertPath().getCertificates()) {
                sums.add(sha256(certificate));
            }
        }
        return sums;
    }

    private static String sha256(Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }
}
