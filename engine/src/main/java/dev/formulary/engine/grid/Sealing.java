package dev.formulary.engine.grid;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.EncryptHeader;
import org.jgroups.protocols.SYM_ENCRYPT;
import org.jgroups.stack.Protocol;
import org.jgroups.util.ByteArray;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/// Seals all that nodes say to each other, the headers too, by AES-GCM (NIST SP 800-38D): whoever does not know the secret
/// can neither read nor say anything. JGroups' own encryption leaves headers open, and knows no mode that detects forgery.
///
/// Each process seals with a key of its own, made of the common one and a random number that goes with each message, and
/// counts its messages, so that no key ever meets a nonce twice.
final class Sealing extends Protocol {
    private static final byte[] VERSION = {1};
    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    /// Keys of so many processes are remembered.
    private static final int MOST_KEYS = 256;

    private final SecretKey common;
    private final byte[] salt = new byte[SALT];
    private final SecretKey own;
    private final AtomicLong sealed = new AtomicLong();
    private final LongAdder unreadable = new LongAdder();
    private final Map<ByteBuffer, SecretKey> keys = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, SecretKey> eldest) {
            return size() > MOST_KEYS;
        }
    });

    Sealing(SecretKey common) throws GeneralSecurityException {
        this.common = common;
        new SecureRandom().nextBytes(salt);
        own = derived(salt);
        setId(ClassConfigurator.getProtocolId(SYM_ENCRYPT.class));
    }

    private SecretKey derived(byte[] with) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(common);
        return new SecretKeySpec(mac.doFinal(with), "AES");
    }

    /// Messages that came and were not sealed with our secret.
    long unreadable() {
        return unreadable.sum();
    }

    @Override
    public Object down(Message message) {
        return down_prot.down(sealed(message));
    }

    @Override
    public CompletableFuture<Object> down(Message message, boolean async) {
        return down_prot.down(sealed(message), async);
    }

    private Message sealed(Message message) {
        try {
            return seal(message);
        } catch (Exception e) {
            throw new IllegalStateException("a message can't be sealed", e);
        }
    }

    private Message seal(Message message) throws Exception {
        ByteArray plain = Util.messageToBuffer(message);
        long count = sealed.incrementAndGet();
        byte[] text = cipher(Cipher.ENCRYPT_MODE, own, count).doFinal(plain.getArray(), plain.getOffset(),
                plain.getLength());
        byte[] mark = ByteBuffer.allocate(SALT + Long.BYTES).put(salt).putLong(count).array();
        return new BytesMessage(message.getDest(), text).setSrc(message.getSrc())
                .setFlag(message.getFlags(false), false).setFlag(message.getFlags(true), true)
                .putHeader(getId(), new EncryptHeader((byte) 0, VERSION, mark));
    }

    private static Cipher cipher(int mode, SecretKey key, long count) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE).putLong(NONCE - Long.BYTES, count).array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }

    @Override
    public @Nullable Object up(Message message) {
        Message opened = opened(message);
        return opened == null ? null : up_prot.up(opened);
    }

    @Override
    public void up(MessageBatch batch) {
        batch.forEach(this::up);
    }

    private @Nullable Message opened(Message message) {
        EncryptHeader header = message.getHeader(getId());
        try {
            if (header == null || !Arrays.equals(header.version(), VERSION)
                    || header.iv().length != SALT + Long.BYTES) {
                throw new GeneralSecurityException("not sealed");
            }
            ByteBuffer mark = ByteBuffer.wrap(header.iv());
            byte[] plain = cipher(Cipher.DECRYPT_MODE, keyOf(Arrays.copyOf(header.iv(), SALT)), mark.getLong(SALT))
                    .doFinal(message.getArray(), message.getOffset(), message.getLength());
            Message opened = Util.messageFromBuffer(plain, 0, plain.length);
            return opened.setSrc(message.getSrc());
        } catch (Exception e) {
            unreadable.increment();
            return null;
        }
    }

    private SecretKey keyOf(byte[] process) throws GeneralSecurityException {
        SecretKey known = keys.get(ByteBuffer.wrap(process));
        if (known == null) {
            known = derived(process);
            keys.put(ByteBuffer.wrap(process), known);
        }
        return known;
    }
}
