package dev.oar.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A hub on the loopback address that answers as the real one does: small files itself, large ones by a redirect to a second server.
 * Single answers can be replaced by others, and every request is noted.
 */
final class LocalHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** A request as it came. */
    record Request(
            Server server,
            String method,
            String target,
            @Nullable String authorization,
            @Nullable String range) {}

    enum Server {
        HUB,
        STORAGE
    }

    /** Answers one request in place of the usual answer. */
    @FunctionalInterface
    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    private record Stored(byte[] bytes, boolean large) {}

    private record Script(Server server, String method) {}

    private final Map<String, Stored> files = new ConcurrentHashMap<>();
    private final Map<Script, Deque<Answer>> scripts = new ConcurrentHashMap<>();
    private final List<Request> requests = new ArrayList<>();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final HttpServer hub;
    private final HttpServer storage;
    private volatile String commit = COMMIT;
    private volatile @Nullable String etag;
    private volatile @Nullable String size;

    LocalHub() throws IOException {
        hub = start(Server.HUB);
        storage = start(Server.STORAGE);
    }

    URI endpoint() {
        return address(hub);
    }

    /** Stores a file whose content lies on the second server. */
    void putLarge(String path, byte[] bytes) {
        files.put(path, new Stored(bytes, true));
    }

    /** Stores a file that the hub serves itself. */
    void putSmall(String path, byte[] bytes) {
        files.put(path, new Stored(bytes, false));
    }

    /** Lets all revisions stand at another commit. */
    void moveTo(String newCommit) {
        commit = newCommit;
    }

    /** Lets the hub declare another etag than the content has. */
    void declareEtag(String declared) {
        etag = declared;
    }

    /** Lets the hub declare another size than the content has. */
    void declareSize(String declared) {
        size = declared;
    }

    /** Replaces the answers to the next requests of a kind, in this order. */
    void script(Server server, String method, Answer... answers) {
        Deque<Answer> script = scripts.computeIfAbsent(new Script(server, method), key -> new ArrayDeque<>());
        synchronized (script) {
            script.addAll(List.of(answers));
        }
    }

    List<Request> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    List<Request> requests(Server server, String method) {
        return requests().stream()
                .filter(request ->
                        request.server() == server && request.method().equals(method))
                .toList();
    }

    /** How often content was asked for. */
    int downloads() {
        return requests(Server.STORAGE, "GET").size();
    }

    @Override
    public void close() {
        hub.stop(0);
        storage.stop(0);
        executor.shutdownNow();
    }

    /** An answer of a status and nothing else. */
    static Answer status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        };
    }

    /** The right answer, but the connection breaks off after some bytes of it. */
    static Answer breakingOff(byte[] content, int after) {
        return exchange -> {
            int from = firstByte(exchange);
            sendHead(exchange, content, from);
            exchange.getResponseBody().write(content, from, after);
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /** The whole content, whatever was asked for. */
    static Answer whole(byte[] content) {
        return exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(content);
            }
        };
    }

    /** The whole content without saying how much it is. */
    static Answer chunked(byte[] content) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(content);
            }
        };
    }

    /** The SHA-256 of a content. */
    static String sha256(byte[] content) {
        return hash("SHA-256", content);
    }

    /** The name that git gives a content. */
    static String gitHash(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] object = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, object, head.length, content.length);
        return hash("SHA-1", object);
    }

    private static String hash(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private HttpServer start(Server kind) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(executor);
        server.createContext("/", exchange -> {
            note(kind, exchange);
            Answer answer = scripted(kind, exchange.getRequestMethod());
            if (answer != null) {
                answer.give(exchange);
            } else if (kind == Server.HUB) {
                resolve(exchange);
            } else {
                sendContent(exchange);
            }
        });
        server.start();
        return server;
    }

    private void note(Server kind, HttpExchange exchange) {
        Request request = new Request(
                kind,
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("Range"));
        synchronized (requests) {
            requests.add(request);
        }
    }

    private @Nullable Answer scripted(Server kind, String method) {
        Deque<Answer> script = scripts.get(new Script(kind, method));
        if (script == null) {
            return null;
        }
        synchronized (script) {
            return script.poll();
        }
    }

    /** Answers {@code /OWNER/REPO/resolve/REVISION/PATH}. */
    private void resolve(HttpExchange exchange) throws IOException {
        String[] parts = exchange.getRequestURI().getRawPath().split("/", 6);
        String path = parts.length == 6 ? URI.create(parts[5]).getPath() : "";
        Stored stored = files.get(path);
        exchange.getResponseHeaders().set("X-Repo-Commit", commit);
        if (stored == null) {
            status(404, "X-Error-Code", "EntryNotFound").give(exchange);
        } else if (stored.large()) {
            String declared = size == null ? String.valueOf(stored.bytes().length) : size;
            exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + etag(sha256(stored.bytes())) + "\"");
            exchange.getResponseHeaders().set("X-Linked-Size", declared);
            status(302, "Location", address(storage) + "/content/" + parts[5] + "?signature=%22x%22")
                    .give(exchange);
        } else {
            exchange.getResponseHeaders().set("ETag", "\"" + etag(gitHash(stored.bytes())) + "\"");
            send(exchange, stored.bytes());
        }
    }

    private String etag(String actual) {
        return etag == null ? actual : etag;
    }

    private void sendContent(HttpExchange exchange) throws IOException {
        Stored stored = files.get(exchange.getRequestURI().getPath().substring("/content/".length()));
        if (stored == null) {
            status(404).give(exchange);
        } else {
            // Storage names contents in its own way.
            exchange.getResponseHeaders().set("ETag", "\"of-storage\"");
            send(exchange, stored.bytes());
        }
    }

    private void send(HttpExchange exchange, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            String declared = size == null ? String.valueOf(content.length) : size;
            status(200, "Content-Length", declared).give(exchange);
            return;
        }
        int from = firstByte(exchange);
        sendHead(exchange, content, from);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(content, from, content.length - from);
        }
    }

    private static void sendHead(HttpExchange exchange, byte[] content, int from) throws IOException {
        if (from > 0) {
            String range = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
            exchange.getResponseHeaders().set("Content-Range", range);
        }
        int length = content.length - from;
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length == 0 ? -1 : length);
    }

    private static int firstByte(HttpExchange exchange) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        return range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }

    private static URI address(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}
