package dev.formulary.engine.keys;

import dev.formulary.engine.config.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys that the gateway issued. What was changed is on the disk, and in force, before the change returns. Thread-safe.
///
/// Revoked keys stay in the list, so that the door does not open when the last one is revoked: once a key was issued, callers
/// need one.
public final class KeyStore {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);
    private static final int MOST = 10_000;
    private static final int MOST_REVOKED = 1_000;

    private final KeyFile file;
    private final InstantSource clock;
    private final Set<String> taken;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock changing = new ReentrantLock();
    private final List<Consumer<List<IssuedKey>>> followers = new CopyOnWriteArrayList<>();
    private KeyFile.@Nullable Stamp seen;
    private volatile List<IssuedKey> keys;
    private volatile String problem = "";

    /// A key with its secret, which is never to be had again.
    public record Issued(IssuedKey key, Secret secret) {}

    /// Opens the file; it need not be there.
    ///
    /// @param taken names of keys that stand in the configuration
    /// @throws IOException when it is damaged or can't be read; the message is for the user
    public KeyStore(Path path, InstantSource clock, Collection<String> taken) throws IOException {
        this.file = new KeyFile(path);
        this.clock = clock;
        this.taken = Set.copyOf(taken);
        seen = file.stamp();
        keys = List.copyOf(file.read());
    }

    /// All keys, also revoked ones, in the order in which they were made.
    public List<IssuedKey> all() {
        return keys;
    }

    /// Whether a key of that kind was ever issued.
    public boolean everIssued(boolean admin) {
        return keys.stream().anyMatch(key -> key.admin() == admin);
    }

    /// What is wrong with the file, which was good before; empty when nothing is.
    public String problem() {
        return problem;
    }

    /// Tells the keys now, and after each change, before it returns.
    public void follow(Consumer<List<IssuedKey>> follower) {
        changing.lock();
        try {
            followers.add(follower);
            follower.accept(keys);
        } finally {
            changing.unlock();
        }
    }

    /// Makes a key.
    ///
    /// @throws IOException when it can't be written; then there is none
    public Issued create(KeyOrder order) throws KeyRefusedException, IOException {
        changing.lock();
        try {
            if (taken.contains(order.name())) {
                throw new KeyRefusedException("key_exists", "conf/formulary.yaml has a key named '" + order.name()
                        + "'; choose another name");
            }
            if (keys.stream().anyMatch(key -> key.revoked() == null && key.name().equals(order.name()))) {
                throw new KeyRefusedException("key_exists", "there is a key named '" + order.name()
                        + "'; choose another name, or revoke or rotate that one");
            }
            if (keys.stream().filter(key -> key.revoked() == null).count() >= MOST) {
                throw new KeyRefusedException("too_many_keys", "there are " + MOST + " keys; revoke some");
            }
            String id = KeyToken.id(random);
            String secret = KeyToken.make(order.role() == null ? KeyToken.CLIENT : KeyToken.ADMIN, id, random);
            var key = new IssuedKey(id, order.name(), order.role(), order.grant(), order.note(), now(), order.expires(),
                    KeyToken.hash(secret), null, null, null, null);
            var all = new ArrayList<>(keys);
            all.add(key);
            save(all);
            return new Issued(key, new Secret(secret));
        } finally {
            changing.unlock();
        }
    }

    /// Gives a key another secret.
    ///
    /// @param name or id
    /// @param keep how long the secret of before is good, too
    public Issued rotate(String name, Duration keep) throws KeyRefusedException, IOException {
        changing.lock();
        try {
            IssuedKey before = named(name);
            String secret = KeyToken.make(before.admin() ? KeyToken.ADMIN : KeyToken.CLIENT, before.id(), random);
            Instant until = keep.isPositive() ? now().plus(keep) : null;
            return new Issued(replace(before, key -> key.rotated(KeyToken.hash(secret), now(), until)),
                    new Secret(secret));
        } finally {
            changing.unlock();
        }
    }

    /// Takes a key away; it is not good any more when this returns.
    ///
    /// @param name or id
    public IssuedKey revoke(String name) throws KeyRefusedException, IOException {
        changing.lock();
        try {
            return replace(named(name), key -> key.revoked(now()));
        } finally {
            changing.unlock();
        }
    }

    private IssuedKey named(String name) throws KeyRefusedException {
        if (taken.contains(name)) {
            throw new KeyRefusedException("key_in_configuration", "the key '" + name
                    + "' stands in conf/formulary.yaml, under 'keys'; change it there, and start the gateway again");
        }
        return keys.stream().filter(key -> key.revoked() == null)
                .filter(key -> key.name().equals(name) || key.id().equals(name)).findFirst()
                .orElseThrow(() -> new KeyRefusedException("key_not_found", "there is no key '" + Texts.shown(name)
                        + "', or it was revoked; see: formulary keys list"));
    }

    private IssuedKey replace(IssuedKey before, UnaryOperator<IssuedKey> change) throws IOException {
        IssuedKey after = change.apply(before);
        save(keys.stream().map(key -> key.equals(before) ? after : key).toList());
        return after;
    }

    private void save(List<IssuedKey> all) throws IOException {
        List<IssuedKey> kept = withoutOldest(all);
        file.write(kept);
        seen = file.stamp();
        problem = "";
        use(kept);
    }

    private static List<IssuedKey> withoutOldest(List<IssuedKey> all) {
        List<IssuedKey> revoked = all.stream().filter(key -> key.revoked() != null)
                .sorted(Comparator.comparing(key -> Objects.requireNonNull(key.revoked()))).toList();
        var kept = new ArrayList<>(all);
        kept.removeAll(revoked.subList(0, Math.max(0, revoked.size() - MOST_REVOKED)));
        return kept;
    }

    private void use(List<IssuedKey> now) {
        keys = List.copyOf(now);
        RuntimeException failure = null;
        for (Consumer<List<IssuedKey>> follower : followers) {
            try {
                follower.accept(keys);
            } catch (RuntimeException e) {
                // the others must know all the same: a key may have been revoked
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /// Follows the file when somebody else replaced it, such as a copy from another node. One that is damaged or gone
    /// changes nothing but [#problem].
    public void tick() {
        changing.lock();
        try {
            KeyFile.Stamp now = file.stamp();
            if (Objects.equals(now, seen)) {
                return;
            }
            seen = now;
            if (now == null) {
                bad("the file of keys " + file.path() + " is gone; the keys go on until the gateway stops");
                return;
            }
            use(file.read());
            problem = "";
            LOG.info("keys read again keys={}", keys.size());
        } catch (IOException e) {
            bad(e.getMessage() + "; until then the keys of before go on");
        } finally {
            changing.unlock();
        }
    }

    private void bad(String what) {
        problem = what;
        LOG.error("keys not read again cause=\"{}\"", what);
    }
}
