package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
    private static final Instant AT = Instant.ofEpochMilli(1_700_000_000_123L);
    private static final SessionName HERE = new SessionName("alice", "kitchen");
    private static final Turn TURN = new Turn("Wo ist der Schlüssel?", "Unter der Matte. \uD83D\uDD11", AT);

    @TempDir
    Path folder;
    private final Seal seal = Seal.of(bytes("a secret of at least some length"), "test");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] sealed() {
        return SealedTurn.seal(seal, TURN, HERE, 7);
    }

    @Test
    void whatIsSealedIsOpenedAgainAndOverheadIsNonceAndTag() {
        assertThat(SealedTurn.open(seal, sealed(), HERE, 7, AT.toEpochMilli())).isEqualTo(TURN);
        var random = new Random(11);
        for (int length = 0; length < 200; length++) {
            byte[] plain = new byte[length];
            random.nextBytes(plain);
            byte[] sealed = seal.seal(plain, bytes("x"));
            assertThat(sealed).hasSize(length + Seal.OVERHEAD);
            assertThat(seal.open(sealed, bytes("x"))).isEqualTo(plain);
        }
    }

    @Test
    void noNonceComesTwiceInTenThousandAndEqualTurnsLookDifferent() {
        Set<ByteBuffer> nonces = new HashSet<>();
        Set<ByteBuffer> whole = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            byte[] sealed = sealed();
            nonces.add(ByteBuffer.wrap(Arrays.copyOf(sealed, 12)));
            whole.add(ByteBuffer.wrap(Arrays.copyOfRange(sealed, 12, sealed.length)));
        }
        assertThat(nonces).hasSize(10_000);
        assertThat(whole).hasSize(10_000);
    }

    @Test
    void everyFlippedBitIsFoundAndSoIsEveryCut() {
        byte[] sealed = sealed();
        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThat(SealedTurn.open(seal, changed, HERE, 7, AT.toEpochMilli())).as("bit %s", bit).isNull();
        }
        for (int length = 0; length < sealed.length; length++) {
            assertThat(SealedTurn.open(seal, Arrays.copyOf(sealed, length), HERE, 7, AT.toEpochMilli())).isNull();
        }
    }

    @Test
    void aTurnOpensOnlyWhereAndWhenItWasSaid() {
        byte[] sealed = sealed();
        long at = AT.toEpochMilli();
        Stream.of(new SessionName("alice", "bath"), new SessionName("bob", "kitchen"),
                new SessionName("alicek", "itchen"), new SessionName("", "alicekitchen"))
                .forEach(elsewhere -> assertThat(SealedTurn.open(seal, sealed, elsewhere, 7, at)).isNull());
        assertThat(SealedTurn.open(seal, sealed, HERE, 8, at)).as("another number").isNull();
        assertThat(SealedTurn.open(seal, sealed, HERE, 7, at + 1)).as("another time").isNull();
    }

    @Test
    void anotherSecretOrPurposeOpensNothingAndIsTold() {
        Seal other = Seal.of(bytes("a secret of at least some lengtH"), "test");
        Seal purpose = Seal.of(bytes("a secret of at least some length"), "tests");
        for (Seal each : new Seal[]{other, purpose}) {
            assertThat(SealedTurn.open(each, sealed(), HERE, 7, AT.toEpochMilli())).isNull();
            assertThat(each.id()).isNotEqualTo(seal.id()).matches("[0-9a-f]{16}");
        }
        Seal same = Seal.of(bytes("a secret of at least some length"), "test");
        assertThat(same.id()).isEqualTo(seal.id());
        assertThat(SealedTurn.open(same, sealed(), HERE, 7, AT.toEpochMilli())).isEqualTo(TURN);
    }

    @Test
    void printingATurnPrintsNothingOfIt() {
        assertThat(TURN.toString()).contains("21 and 19 characters").doesNotContain("Schl", "Matte");
    }

    @Test
    void aSecretOfItsOwnIsMadeOnceForItsOwnerOnly() throws IOException {
        Path file = folder.resolve("own.key");
        byte[] made = OwnSecret.in(file);
        assertThat(made).hasSize(32);
        assertThat(OwnSecret.in(file)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(OwnSecret.in(folder.resolve("other.key"))).isNotEqualTo(made);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> Objects.requireNonNull(path.getFileName()).toString()))
                    .as("nothing half is left").containsExactlyInAnyOrder("own.key", "other.key");
        }
        Files.write(file, new byte[5]);
        assertThatThrownBy(() -> OwnSecret.in(file)).isInstanceOf(IOException.class)
                .hasMessageEndingWith(
                        "own.key has 5 bytes and not 32; put back the right one, or delete it to begin with"
                                + " another");
    }
}
