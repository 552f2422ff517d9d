package dev.oar.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks the hub for a file. Redirects are followed by hand, because large files lie on other hosts, to which the token must not go:
 * it is sent to the scheme, host and port of the endpoint alone.
 */
final class Transport {
    private static final int MOST_REDIRECTS = 10;
    private static final String UNRESERVED = "-._~";
    private static final String AGENT = "oar (Java " + Runtime.version().feature() + ")";

    private final HubEnvironment environment;
    private final HttpClient client;

    Transport(HubEnvironment environment) {
        this.environment = environment;
        this.client = HttpClient.newBuilder()
                // Version 2 gains nothing for one large file, and some proxies stumble over the attempt to upgrade.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(environment.answerTimeout())
                .build();
    }

    /**
     * Asks what a file is, without its content.
     *
     * @return the answers on the way, redirects included, as far as needed to know the file; the last is no redirect or knows all
     * @throws IOException if a redirect leads where it must not
     */
    Outcome<List<HttpResponse<BodyPieces>>> head(HubReference reference) throws IOException, InterruptedException {
        Outcome<List<HttpResponse<BodyPieces>>> outcome = follow(
                reference,
                address(reference, reference.revision()),
                request("HEAD"),
                environment.answerTimeout(),
                answer -> RemoteFile.isDescribedBy(answer.headers()));
        if (outcome instanceof Outcome.Done<List<HttpResponse<BodyPieces>>> done) {
            last(done.value()).body().close();
        }
        return outcome;
    }

    /**
     * Asks for the content of a file at a commit.
     *
     * @param from the first byte wanted; 0 asks for the whole file
     * @return the answer at the end of all redirects, whose body is to be closed
     * @throws IOException if a redirect leads where it must not
     */
    Outcome<HttpResponse<BodyPieces>> get(HubReference reference, String commit, long from)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request("GET");
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        Outcome<List<HttpResponse<BodyPieces>>> outcome =
                follow(reference, address(reference, commit), request, environment.downloadTimeout(), answer -> false);
        if (outcome instanceof Outcome.Done<List<HttpResponse<BodyPieces>>> done) {
            return new Outcome.Done<>(last(done.value()));
        }
        return ((Outcome.Failed<List<HttpResponse<BodyPieces>>>) outcome).as();
    }

    private Outcome<List<HttpResponse<BodyPieces>>> follow(
            HubReference reference,
            URI start,
            HttpRequest.Builder request,
            Duration timeout,
            Predicate<HttpResponse<?>> enough)
            throws IOException, InterruptedException {
        List<HttpResponse<BodyPieces>> answers = new ArrayList<>();
        URI address = start;
        while (answers.size() <= MOST_REDIRECTS) {
            HttpResponse<BodyPieces> answer;
            try {
                answer = answered(addressed(request, address), timeout);
            } catch (IOException e) {
                return new Outcome.Failed<>(address.getHost() + " cannot be reached (" + described(e) + ")", e, false);
            }
            answers.add(answer);
            if (!isRedirect(answer) || enough.test(answer)) {
                return new Outcome.Done<>(answers);
            }
            answer.body().close();
            address = target(
                    reference,
                    answer.uri(),
                    answer.headers().firstValue("Location").orElse(""));
        }
        throw new IOException("a hub may redirect " + MOST_REDIRECTS + " times, but does so more often for " + reference
                + "; check HF_ENDPOINT, or give the path of a local file in its place");
    }

    /**
     * Waits for the head of an answer. The timeout of the JDK's requests is not used: from Java 26 on it covers the body, too, which
     * may take hours.
     */
    private HttpResponse<BodyPieces> answered(HttpRequest request, Duration timeout)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<BodyPieces>> sent = client.sendAsync(request, head -> new BodyPieces());
        try {
            return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer for " + timeout.toMillis() / 1e3 + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException problem ? problem : new IOException(e.getCause());
        } finally {
            sent.cancel(true); // Ends the request if it is still under way.
        }
    }

    private HttpRequest addressed(HttpRequest.Builder request, URI address) {
        HttpRequest.Builder copy = request.copy().uri(address);
        String token = environment.token();
        if (token != null && environment.isEndpoint(address)) {
            copy.header("Authorization", "Bearer " + token);
        }
        return copy.build();
    }

    private static HttpRequest.Builder request(String method) {
        return HttpRequest.newBuilder()
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", AGENT)
                // A compressed answer would hide the size of the file.
                .header("Accept-Encoding", "identity");
    }

    private static boolean isRedirect(HttpResponse<?> answer) {
        return switch (answer.statusCode()) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /**
     * Where a redirect leads.
     *
     * @throws IOException if that is no web address, or leads from https to http
     */
    static URI target(HubReference reference, URI from, String location) throws IOException {
        try {
            URI target = from.resolve(location);
            boolean secure = HubEnvironment.scheme(target).equals("https");
            boolean plain = HubEnvironment.scheme(target).equals("http")
                    && !HubEnvironment.scheme(from).equals("https");
            if (!location.isEmpty() && target.getHost() != null && (secure || plain)) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            throw badTarget(reference, from, location, e);
        }
        throw badTarget(reference, from, location, null);
    }

    private static IOException badTarget(HubReference reference, URI from, String location, @Nullable Exception cause) {
        return new IOException(
                "a redirect must lead to a web address, and from https to https only, but " + from.getHost()
                        + " redirects "
                        + reference + " to '" + HubReference.shown(location)
                        + "'; check HF_ENDPOINT, or give the path of a local file in its place",
                cause);
    }

    private URI address(HubReference reference, String revision) {
        return URI.create(environment.endpoint() + "/" + reference.repository() + "/resolve/" + encoded(revision, "")
                + "/" + encoded(reference.path(), "/"));
    }

    private static String encoded(String text, String kept) {
        StringBuilder encoded = new StringBuilder();
        for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (value & 0xff);
            boolean plain = character < 0x80
                    && (Character.isLetterOrDigit(character) || (UNRESERVED + kept).indexOf(character) >= 0);
            encoded.append(plain ? String.valueOf(character) : String.format(Locale.ROOT, "%%%02X", value & 0xff));
        }
        return encoded.toString();
    }

    /** What a failed connection says of itself; the JDK's often says nothing. */
    static String described(IOException problem) {
        String message = problem.getMessage();
        return message == null || message.isBlank() ? problem.getClass().getSimpleName() : HubReference.shown(message);
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }
}
