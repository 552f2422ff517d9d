package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The first use of LibTorch with an empty cache of natives, on a host whose library path holds another libtorch. */
class ColdStartTests {
    private static final List<String> FOREIGN_LIBRARIES = List.of("libc10.so", "libtorch_cpu.so", "libtorch.so");

    @TempDir
    Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void twoProcessesAtOnceFillAColdCacheWithTheBundledLibTorchThoughTheHostHasAnother()
            throws IOException, InterruptedException {
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        for (String library : FOREIGN_LIBRARIES) {
            writeForeignLibrary(foreign.resolve(library));
        }
        Path cache = Files.createDirectory(folder.resolve("cache"));

        LibTorch.load();
        String expected = "sum 6.0 on " + LibTorch.blas();
        List<Running> running = List.of(start(foreign, cache, "first"), start(foreign, cache, "second"));
        for (Running each : running) {
            assertThat(each.output()).as("cold").contains(expected);
        }
        assertThat(cache).as("the cache is used").isNotEmptyDirectory();
        assertThat(start(foreign, cache, "third").output()).as("warm").contains(expected);
    }

    @Test
    void aProcessWaitsForAnotherOneThatLoadsFromItsCache() throws IOException, InterruptedException {
        LibTorch.load();
        Path cache = folder.resolve("cache");
        Path loadedFrom = LibTorch.blas().equals(BlasChoice.MKL) ? cache.resolve("mkl") : cache;
        Running waiting;
        try (LoadingLock ignored = LoadingLock.take(loadedFrom)) {
            waiting = start(folder, cache, "waiting");
            assertThat(waiting.process().waitFor(2, TimeUnit.SECONDS))
                    .as("ends while the lock is held")
                    .isFalse();
            try (Stream<Path> files = Files.walk(cache)) {
                assertThat(files.filter(Files::isRegularFile)).containsExactly(loadedFrom.resolve(LoadingLock.FILE));
            }
        }
        assertThat(waiting.output()).contains("sum 6.0");
    }

    /** The cache holds links to libraries of the host, which JUnit warns of when it deletes them; so they go first. */
    @AfterEach
    void deleteLinks() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    /** A shared library of that name without any symbol of LibTorch where a C compiler is at hand; else bytes that are no library. */
    private static void writeForeignLibrary(Path library) throws IOException, InterruptedException {
        Path source = Files.writeString(library.resolveSibling("foreign.c"), "int foreign(void) { return 1; }\n");
        try {
            Process compiler = new ProcessBuilder(
                            "cc",
                            "-shared",
                            "-fPIC",
                            "-Wl,-soname," + library.getFileName(),
                            "-o",
                            library.toString(),
                            source.toString())
                    .redirectErrorStream(true)
                    .start();
            compiler.getInputStream().readAllBytes();
            compiler.waitFor();
        } catch (IOException e) {
            Files.writeString(library, "not a library (no C compiler: " + e.getMessage() + ")\n");
        }
        if (!Files.exists(library)) {
            Files.writeString(library, "not a library\n");
        }
    }

    /** A process and the file that it writes to. */
    private record Running(Process process, Path file) {
        String output() throws IOException, InterruptedException {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends in time").isTrue();
            String text = Files.readString(file);
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        }
    }

    private static Running start(Path libraries, Path cache, String name) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                "-D" + UserCache.PROPERTY + "=" + UserCache.directory(),
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + cache.resolveSibling("crash.log"),
                "-cp",
                System.getProperty("java.class.path"),
                ColdStart.class.getName()));
        Path output = cache.resolveSibling("output-" + name + ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        return new Running(builder.start(), output);
    }
}
