package dev.oar.server;

import io.javalin.http.Context;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletApiRequest;

/** The connection of a request whose answer takes a while. */
final class Connection {
    private final Optional<SocketChannel> channel;
    private boolean watched = true;

    private Connection(Optional<SocketChannel> channel) {
        this.channel = channel;
    }

    static Connection of(Context context) {
        ServletRequest request = context.req();
        while (request instanceof ServletRequestWrapper wrapper) {
            request = wrapper.getRequest();
        }
        if (request instanceof ServletApiRequest api
                && api.getRequest()
                                .getConnectionMetaData()
                                .getConnection()
                                .getEndPoint()
                                .getTransport()
                        instanceof SocketChannel socket) {
            return new Connection(Optional.of(socket));
        }
        return new Connection(Optional.empty());
    }

    /**
     * Whether the client has gone. The server reads nothing of a connection while it answers, so that the end of what the client sends is
     * seen by asking alone.
     */
    boolean gone() {
        if (!watched || channel.isEmpty()) {
            return false;
        }
        try {
            int read = channel.get().read(ByteBuffer.allocate(1));
            // A client that has sent more before it was answered is there; what it sent is lost.
            watched = read <= 0;
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** Whether the connection must not be used for another request. */
    boolean spoilt() {
        return !watched;
    }
}
