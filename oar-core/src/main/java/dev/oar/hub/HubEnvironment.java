package dev.oar.hub;

import dev.oar.file.BoundedFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the hub is, where its files are cached, and who asks.
 *
 * <p>{@link #of} reads it from the environment variables that the hub's Python library has
 * (<a href="https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables">their reference</a>):
 *
 * <table>
 * <caption>Environment variables</caption>
 * <tr><td>{@code HF_ENDPOINT}</td><td>the hub or a mirror of it; {@code https://huggingface.co}</td></tr>
 * <tr><td>{@code HF_HOME}</td><td>{@code huggingface} in {@code XDG_CACHE_HOME}, which is {@code ~/.cache}</td></tr>
 * <tr><td>{@code HF_HUB_CACHE}</td><td>the cache; {@code hub} in {@code HF_HOME}; formerly {@code HUGGINGFACE_HUB_CACHE}</td></tr>
 * <tr><td>{@code HF_TOKEN}</td><td>the access token; formerly {@code HUGGING_FACE_HUB_TOKEN}</td></tr>
 * <tr><td>{@code HF_TOKEN_PATH}</td><td>the file with the token where no variable has it; {@code token} in {@code HF_HOME}</td></tr>
 * <tr><td>{@code HF_HUB_DISABLE_IMPLICIT_TOKEN}</td><td>true sends no token</td></tr>
 * <tr><td>{@code HF_HUB_OFFLINE}</td><td>true uses the cache only</td></tr>
 * <tr><td>{@code HF_HUB_ETAG_TIMEOUT}</td><td>seconds to wait for an answer about a file; 10</td></tr>
 * <tr><td>{@code HF_HUB_DOWNLOAD_TIMEOUT}</td><td>seconds to wait for the next bytes of a download; 10</td></tr>
 * </table>
 *
 * True is {@code 1}, {@code ON}, {@code YES} or {@code TRUE} in any case. Paths may begin with {@code ~} and have
 * {@code $VARIABLES}. A blank variable counts as one that is not set.
 *
 * @param endpoint the hub's address, http or https, without a slash at the end
 * @param cache the cache folder, absolute; need not exist
 * @param token the access token, or null to ask without one
 * @param offline whether to use the cache only
 * @param answerTimeout how long to wait for the head of an answer
 * @param downloadTimeout how long to wait for the next bytes of a download
 */
public record HubEnvironment(
        URI endpoint,
        Path cache,
        @Nullable String token,
        boolean offline,
        Duration answerTimeout,
        Duration downloadTimeout) {
    private static final String HUB = "https://huggingface.co";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int TIMEOUT_SECONDS = 10;
    private static final int LONGEST_TIMEOUT_SECONDS = 24 * 60 * 60;
    private static final int LARGEST_TOKEN_FILE = 4096;
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)})");

    /**
     * Checks the endpoint, the token and the times.
     *
     * @throws IllegalArgumentException if the endpoint is no http or https address of a host, if the token has characters other
     *     than visible ASCII, or if a time is not positive
     */
    public HubEnvironment {
        endpoint = checkedEndpoint(endpoint);
        cache = cache.toAbsolutePath();
        if (token != null && !TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "an access token must be visible ASCII characters without spaces, but that of"
                            + " HF_TOKEN or of the token file is not; copy it again from the settings page of the hub");
        }
        if (!isPositive(answerTimeout) || !isPositive(downloadTimeout)) {
            throw new IllegalArgumentException("times to wait must be positive, but are " + answerTimeout + " and "
                    + downloadTimeout + "; choose some seconds");
        }
    }

    /**
     * Reads the environment variables and, where they name no token, the token file.
     *
     * @param environment the variables, as {@link System#getenv()} has them
     * @param home the user's home folder
     * @throws IllegalArgumentException if a variable has an unusable value
     * @throws IOException if the token file is there but cannot be read
     */
    public static HubEnvironment of(Map<String, String> environment, Path home) throws IOException {
        Variables variables = new Variables(environment, home);
        Path cacheHome = variables.path("XDG_CACHE_HOME", home.resolve(".cache"));
        Path hubHome = variables.path("HF_HOME", cacheHome.resolve("huggingface"));
        Path formerCache = variables.path("HUGGINGFACE_HUB_CACHE", hubHome.resolve("hub"));
        return new HubEnvironment(
                address(variables.text("HF_ENDPOINT", HUB)),
                variables.path("HF_HUB_CACHE", formerCache),
                variables.isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : token(variables, hubHome),
                variables.isTrue("HF_HUB_OFFLINE"),
                variables.seconds("HF_HUB_ETAG_TIMEOUT"),
                variables.seconds("HF_HUB_DOWNLOAD_TIMEOUT"));
    }

    /** Everything but the token, which is nobody's business. */
    @Override
    public String toString() {
        return "HubEnvironment[endpoint=" + endpoint + ", cache=" + cache + ", token="
                + (token == null ? "none" : "set") + ", offline=" + offline + ", answerTimeout=" + answerTimeout
                + ", downloadTimeout=" + downloadTimeout + "]";
    }

    /** Whether an address has the endpoint's scheme, host and port, so that the token may go there. */
    boolean isEndpoint(URI address) {
        return scheme(address).equals(scheme(endpoint))
                && String.valueOf(address.getHost()).equalsIgnoreCase(endpoint.getHost())
                && port(address) == port(endpoint);
    }

    /** The scheme of an address in lower case. */
    static String scheme(URI address) {
        return String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return scheme(address).equals("https") ? HTTPS_PORT : HTTP_PORT;
    }

    private static @Nullable String token(Variables variables, Path hubHome) throws IOException {
        String named = variables.text("HF_TOKEN", variables.text("HUGGING_FACE_HUB_TOKEN", ""));
        if (!named.isEmpty()) {
            return named;
        }
        Path file = variables.path("HF_TOKEN_PATH", hubHome.resolve("token"));
        if (!Files.isRegularFile(file)) {
            return null;
        }
        if (Files.size(file) > LARGEST_TOKEN_FILE) {
            throw new IOException("a token file may have " + LARGEST_TOKEN_FILE + " bytes, but " + file + " has "
                    + Files.size(file) + "; put nothing but the token there, or set HF_TOKEN");
        }
        String content = BoundedFile.text(file, LARGEST_TOKEN_FILE, "put nothing but the token there")
                .strip();
        return content.isEmpty() ? null : content;
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw badEndpoint(text, e);
        }
    }

    private static URI checkedEndpoint(URI endpoint) {
        String scheme = scheme(endpoint);
        boolean plain = endpoint.getRawQuery() == null
                && endpoint.getRawFragment() == null
                && endpoint.getRawUserInfo() == null;
        if (!plain || endpoint.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw badEndpoint(endpoint.toString(), null);
        }
        return URI.create(endpoint.toString().replaceAll("/+$", ""));
    }

    private static IllegalArgumentException badEndpoint(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "HF_ENDPOINT must be the http or https address of a hub, without user, query and fragment, but is '"
                        + HubReference.shown(text) + "'; leave it out for " + HUB,
                cause);
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    /** The variables, with what is common to reading them. */
    private record Variables(Map<String, String> environment, Path home) {
        String text(String name, String otherwise) {
            String value = environment.getOrDefault(name, "").strip();
            return value.isEmpty() ? otherwise : value;
        }

        boolean isTrue(String name) {
            return TRUE.contains(text(name, "").toUpperCase(Locale.ROOT));
        }

        Duration seconds(String name) {
            String value = text(name, String.valueOf(TIMEOUT_SECONDS));
            if (value.matches("\\d{1,5}")) {
                int seconds = Integer.parseInt(value);
                if (seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS) {
                    return Duration.ofSeconds(seconds);
                }
            }
            throw new IllegalArgumentException(
                    name + " must be 1 to " + LONGEST_TIMEOUT_SECONDS + " whole seconds, but is '"
                            + HubReference.shown(value) + "'; leave it out for " + TIMEOUT_SECONDS);
        }

        Path path(String name, Path otherwise) {
            String value = expanded(text(name, ""));
            if (value.isEmpty()) {
                return otherwise;
            }
            boolean fromHome = value.equals("~") || value.startsWith("~/");
            return fromHome ? home.resolve(value.substring(Math.min(2, value.length()))) : Path.of(value);
        }

        /** Variables within, as a shell has them; unknown ones stay as they are. */
        private String expanded(String value) {
            return VARIABLE.matcher(value).replaceAll(match -> {
                String name = match.group(1) == null ? match.group(2) : match.group(1);
                return Matcher.quoteReplacement(environment.getOrDefault(name, match.group()));
            });
        }
    }
}
