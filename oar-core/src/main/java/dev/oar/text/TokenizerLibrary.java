package dev.oar.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.oar.file.AtomicFile;
import dev.oar.tensor.UserCache;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizers library of Hugging Face (https://github.com/huggingface/tokenizers, written in Rust), loaded when it is first asked for.
 *
 * <p>Its bindings for the JVM are DJL's; nothing else of DJL is used. What DJL puts around them looks for GPUs, may download another
 * build for one, keeps its files in a folder of its own in the home folder, asks a machine's metadata and reports its use to a server.
 * Here the library of the class path is extracted into a folder {@code tokenizers} of {@link UserCache}, or, where that cannot be
 * written, among temporary files.
 */
final class TokenizerLibrary {
    private static final String RESOURCES = "/native/lib/";
    private static final int PIECE = 1 << 16;

    private static @Nullable TokenizersLibrary loaded;

    private TokenizerLibrary() {}

    /**
     * The library.
     *
     * @throws IllegalStateException if there is none for this platform, or it can be extracted nowhere
     */
    static synchronized TokenizersLibrary load() {
        TokenizersLibrary library = loaded;
        if (library == null) {
            String platform = platform();
            try {
                Path folder = UserCache.writableFolder("tokenizers").resolve(version() + "-" + platform);
                Files.createDirectories(folder);
                for (String name : names(platform)) {
                    System.load(extracted(RESOURCES + platform + "/cpu/" + name, folder.resolve(name))
                            .toString());
                }
            } catch (IOException | LinkageError e) {
                throw new IllegalStateException(
                        "text tokenizers need a native library for this platform, " + platform
                                + ", and a folder to extract it"
                                + " to, but loading failed: " + firstLine(e)
                                + "; set XDG_CACHE_HOME to a folder that programs may be written to and run from (there are"
                                + " libraries for Linux and Windows on x86_64, and for Linux and macOS on aarch64)",
                        e);
            }
            library = TokenizersLibrary.LIB;
            loaded = library;
        }
        return library;
    }

    /** What went wrong first, in one line. */
    static String firstLine(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
    }

    /** The platform as the class path names it, such as {@code linux-x86_64}. */
    private static String platform() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "");
        return (system.startsWith("win") ? "win" : system.startsWith("mac") ? "osx" : "linux")
                + "-"
                + (processor.equals("amd64") ? "x86_64" : processor);
    }

    /** The files of the library, each after those that it needs. */
    private static List<String> names(String platform) {
        if (platform.startsWith("win")) {
            return List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll");
        }
        return List.of(platform.startsWith("osx") ? "libtokenizers.dylib" : "libtokenizers.so");
    }

    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream stream = resource(RESOURCES + "tokenizers.properties").openStream()) {
            properties.load(stream);
        }
        String version = properties.getProperty("version", "");
        if (!version.matches("[\\w.+-]+")) {
            throw new IOException("the library on the class path must have a version, but has '" + version + "'");
        }
        return version;
    }

    /** The file, which is written unless it is there in full; processes that do so at once write the same. */
    private static Path extracted(String name, Path file) throws IOException {
        URLConnection connection = resource(name).openConnection();
        connection.setUseCaches(false);
        try (InputStream stream = connection.getInputStream()) {
            long size = connection.getContentLengthLong();
            if (!Files.isRegularFile(file) || Files.size(file) != size) {
                AtomicFile.write(file, channel -> {
                    byte[] piece = new byte[PIECE];
                    for (int count = stream.read(piece); count >= 0; count = stream.read(piece)) {
                        ByteBuffer bytes = ByteBuffer.wrap(piece, 0, count);
                        while (bytes.hasRemaining()) {
                            channel.write(bytes);
                        }
                    }
                });
            }
        }
        return file.toAbsolutePath();
    }

    private static URL resource(String name) throws FileNotFoundException {
        URL url = TokenizersLibrary.class.getResource(name);
        if (url == null) {
            throw new FileNotFoundException("there is no " + name + " on the class path");
        }
        return url;
    }
}
