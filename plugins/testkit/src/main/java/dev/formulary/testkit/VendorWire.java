package dev.formulary.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullMarked;

/// The vendor's end of one connection while one request is answered. Used by one thread.
@NullMarked
public final class VendorWire {

    /// The caller has closed the connection.
    static final class HungUp extends IOException {
        HungUp() {
            super("the caller hung up");
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean complete;

    VendorWire(Socket socket, InputStream in) throws IOException {
        this.socket = socket;
        this.in = in;
        this.out = socket.getOutputStream();
    }

    boolean complete() {
        return complete;
    }

    /// A whole answer.
    ///
    /// @param headers further lines, each ended by CR LF, or nothing
    public void whole(int status, String contentType, String headers, byte[] body) throws IOException {
        raw("HTTP/1.1 " + status + " Test\r\nContent-Type: " + contentType + "\r\n" + headers + "Content-Length: "
                + body.length + "\r\n\r\n");
        bytes(body);
        complete = true;
    }

    /// The head of a chunked answer.
    public void head(String contentType) throws IOException {
        raw("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    /// One chunk, sent at once.
    public void chunk(String text) throws IOException {
        chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    /// One chunk, sent at once.
    public void chunk(byte[] data) throws IOException {
        byte[] size = (Integer.toHexString(data.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[size.length + data.length + 2];
        System.arraycopy(size, 0, all, 0, size.length);
        System.arraycopy(data, 0, all, size.length, data.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        bytes(all);
    }

    /// Ends a chunked answer; the connection can carry another request.
    public void end() throws IOException {
        raw("0\r\n\r\n");
        complete = true;
    }

    /// Waits until the caller hangs up.
    ///
    /// @throws IOException always, in the end
    public void untilHungUp() throws IOException {
        while (heard() >= 0) {
            // a caller that has been promised an answer says nothing more
        }
        throw new HungUp();
    }

    /// Who hangs up without having read all that was sent resets the connection.
    private int heard() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            throw new HungUp();
        }
    }

    /// Closes the connection though more was promised. What was sent before still arrives.
    public void cut() throws IOException {
        socket.close();
    }

    /// Lets some time pass, and notices a caller that hangs up meanwhile.
    ///
    /// @param millis 1 or more
    public void pause(int millis) throws IOException {
        try {
            socket.setSoTimeout(millis);
            if (heard() < 0) {
                throw new HungUp();
            }
        } catch (SocketTimeoutException e) {
            // nothing was said, as it should be
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout(0);
            }
        }
    }

    /// Any bytes.
    public void raw(String text) throws IOException {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] data) throws IOException {
        try {
            out.write(data);
            out.flush();
        } catch (IOException e) {
            throw new HungUp();
        }
    }
}
