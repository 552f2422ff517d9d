package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.PngFile;
import dev.oar.image.RgbaImage;
import dev.oar.tensor.LibTorch;
import dev.oar.testing.TinyModelFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command as it is started for users, in surroundings that users have: the same picture comes of it everywhere. */
@DisabledOnOs(OS.WINDOWS)
class SurroundingsTests {
    private static final String NAME = "a model é#1";
    private static final Path JDKS = Path.of("/usr/lib/jvm");

    @TempDir
    private static Path folder;

    private static Path launcher = Path.of("");
    private static String options = "";
    private static Drawn expected = new Drawn(new RgbaImage(1, 1, new byte[4]), Map.of());

    /** What is drawn, apart from how it was packed, which differs between Java's versions. */
    private record Drawn(RgbaImage image, Map<String, String> text) {
        static Drawn read(Path file) throws IOException {
            return new Drawn(ImageReader.readWithAlpha(file, ImageLimits.DEFAULT), new TreeMap<>(PngFile.text(file)));
        }

        void requireSame(Drawn other) {
            assertThat(other.text).isEqualTo(text);
            assertThat(other.image.rgba()).isEqualTo(image.rgba());
        }
    }

    /** What came of a command. */
    private record Outcome(int code, String out, String err) {}

    /**
     * One kind of surroundings.
     *
     * @param environment variables; an empty one is not set
     * @param javaOptions further options of Java
     * @param shell the command with its surroundings, {@code "$@"} for the command
     */
    private record Surroundings(Map<String, String> environment, String javaOptions, String shell) {
        static Surroundings of(String name, String value) {
            return new Surroundings(Map.of(name, value), "", "\"$@\"");
        }

        static Surroundings ofJava(String javaOptions) {
            return new Surroundings(Map.of(), javaOptions, "\"$@\"");
        }
    }

    @BeforeAll
    static void makeClone() throws Exception {
        Path source = Path.of("..", "oar");
        assumeThat(source).exists();
        assumeThat(System.getProperty("sun.jnu.encoding"))
                .as("this test itself names files")
                .isEqualTo("UTF-8");
        Path clone = folder.toRealPath().resolve("a clone ü");
        launcher = clone.resolve("oar");
        Files.createDirectories(clone.resolve("oar-cli/target"));
        Files.copy(source, launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        writeJar(clone.resolve("oar-cli/target/oar-cli.jar"));
        TinyModelFolder.write(folder.resolve(NAME));
        boolean mkl = LibTorch.blas().equals("mkl");
        Path cache = LibTorch.cacheDirectory();
        options = "-Dorg.bytedeco.javacpp.cachedir=" + (mkl ? cache.getParent() : cache) + " -Doar.blas="
                + LibTorch.blas() + " -Doar.cachedir=" + folder.toRealPath().resolve("cache");
        expected = draw(Surroundings.of("LC_ALL", "C.UTF-8"), "expected");
    }

    /** A jar that is nothing but the class path of the tests. */
    private static void writeJar(Path file) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    static Stream<Named<Surroundings>> surroundings() throws IOException {
        Map<String, Surroundings> all = new LinkedHashMap<>();
        // Two in one process, where neither can make up for what the other does: starting one takes most of the time.
        all.put(
                "no locale at all, a small heap",
                new Surroundings(Map.of("LC_ALL", "", "LANG", ""), "-Xmx256m", "\"$@\""));
        all.put("the locale C, no standard input", new Surroundings(Map.of("LC_ALL", "C"), "", "\"$@\" <&-"));
        all.put(
                "a locale that is not installed, no colours",
                new Surroundings(Map.of("LANG", "tlh_KL.ISO-8859-9", "NO_COLOR", "1"), "", "\"$@\""));
        all.put(
                "Turkish, with its dotless i, in a narrow terminal",
                Surroundings.ofJava("-Duser.language=tr -Duser.country=TR -Doar.columns=1"));
        all.put(
                "German, with its decimal comma; a home and a folder of temporary files that cannot be written",
                new Surroundings(
                        Map.of("HOME", "/dev/null"),
                        "-Duser.language=de -Duser.country=DE -Djava.io.tmpdir=/dev/null/none",
                        "\"$@\""));
        all.put(
                "digits that are not ASCII; a user whom Java does not know and who has no home",
                new Surroundings(
                        Map.of("HOME", ""),
                        "-Duser.language=ar -Duser.country=EG -Duser.home=? -Duser.name=?",
                        "\"$@\""));
        all.put(
                "another time zone and calendar",
                Surroundings.ofJava("-Duser.timezone=Asia/Kathmandu -Duser.language=th"));
        for (Path jdk : jdks()) {
            all.put("Java in " + jdk.getFileName(), Surroundings.of("JAVA_HOME", jdk.toString()));
        }
        return all.entrySet().stream().map(entry -> Named.of(entry.getKey(), entry.getValue()));
    }

    /** The JDKs of this machine beside the one that runs the tests. */
    private static List<Path> jdks() throws IOException {
        if (!Files.isDirectory(JDKS)) {
            return List.of();
        }
        Path own = Path.of(System.getProperty("java.home")).toRealPath();
        Map<Path, Path> found = new TreeMap<>();
        try (Stream<Path> folders = Files.list(JDKS)) {
            for (Path jdk : folders.toList()) {
                Path release = jdk.resolve("release");
                if (Files.isExecutable(jdk.resolve("bin/java"))
                        && Files.isRegularFile(release)
                        && Files.readString(release).matches("(?s).*JAVA_VERSION=\"(1[7-9]|[2-9]\\d).*")) {
                    found.put(jdk.toRealPath(), jdk);
                }
            }
        }
        found.remove(own);
        return List.copyOf(found.values());
    }

    @ParameterizedTest
    @MethodSource("surroundings")
    void thePictureIsTheSame(Surroundings surroundings) throws Exception {
        String out = "drawn " + Math.abs(surroundings.hashCode());
        expected.requireSame(draw(surroundings, out));
    }

    @Test
    void namesWithSpacesMarksAndLettersBeyondAsciiAndLinksAreThoseOnDisk() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link to ü"), launcher.getParent());
        Path model = Files.createSymbolicLink(folder.resolve("@model"), folder.resolve(NAME));
        Files.createDirectory(folder.resolve("there"));
        Files.createSymbolicLink(folder.resolve("été 模 #1"), folder.resolve("there"));
        Path out = folder.resolve("été 模 #1").resolve("@ ñ");
        Outcome outcome = run(Surroundings.of("LC_ALL", "C"), drawing(link.resolve("oar"), model, out));
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("été 模 #1", "@ ñ");
        expected.requireSame(Drawn.read(folder.resolve("there").resolve("@ ñ").resolve("0-0.png")));
    }

    @Test
    void twoDrawingsOfTheSameIntoOneFolderBothSucceed() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(start(Surroundings.ofJava(""), drawing("shared"), folder.resolve("shared-" + i)));
        }
        for (int i = 0; i < 2; i++) {
            Outcome outcome = outcome(processes.get(i), folder.resolve("shared-" + i));
            assertThat(outcome.code()).as(outcome.err()).isZero();
        }
        expected.requireSame(Drawn.read(folder.resolve("shared/0-0.png")));
        try (Stream<Path> files = Files.list(folder.resolve("shared"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("0-0.png", "0-0-0-sheet.png", "0-0-0-order.png");
        }
    }

    @Test
    void aReaderThatGoesAwayIsNoFailure() throws Exception {
        Path code = folder.resolve("code");
        Surroundings head = new Surroundings(Map.of(), "", "{ \"$@\"; echo $? >'" + code + "'; } | head -n 1");
        Outcome outcome = run(head, launcher.toString(), "generate", "--help");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).hasLineCount(1);
        assertThat(code).hasContent("0");
    }

    @Test
    void outputThatCannotBeWrittenIsAFailureInOneSentence() throws Exception {
        assumeThat(Path.of("/dev/full")).exists();
        for (String command : List.of("--help", "models")) {
            Outcome outcome = run(new Surroundings(Map.of(), "", "\"$@\" >/dev/full"), launcher.toString(), command);
            assertThat(outcome.code()).as(command).isEqualTo(1);
            assertThat(outcome.err())
                    .startsWith("oar: what the command printed could not be written to standard output (")
                    .hasLineCount(1);
        }
    }

    @Test
    void helpHasNoColoursWhereNobodyWantsThem() throws Exception {
        Outcome outcome = run(Surroundings.of("NO_COLOR", "1"), launcher.toString(), "generate", "--help");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("--class").doesNotContain("\u001b");
    }

    private static Drawn draw(Surroundings surroundings, String out) throws Exception {
        Outcome outcome = run(surroundings, drawing(out));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("drew 1 of cats with tiny (any-order) in ")
                .doesNotContain("\u001b");
        return Drawn.read(folder.resolve(out).resolve("0-0.png"));
    }

    private static String[] drawing(String out) {
        return drawing(launcher, folder.resolve(NAME), folder.resolve(out));
    }

    private static String[] drawing(Path command, Path model, Path out) {
        return new String[] {
            command.toString(),
            "generate",
            "--model",
            model.toString(),
            "--class",
            "cats",
            "--order",
            "raster",
            "--weight-format",
            "float32",
            "--out",
            out.toString()
        };
    }

    private static Outcome run(Surroundings surroundings, String... command) throws Exception {
        Path files = Files.createTempFile(folder, "output", "");
        return outcome(start(surroundings, command, files), files);
    }

    private static Process start(Surroundings surroundings, String[] command, Path files) throws IOException {
        List<String> whole = new ArrayList<>(List.of("sh", "-c", surroundings.shell(), "sh"));
        whole.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(whole)
                .directory(folder.toFile())
                .redirectOutput(Path.of(files + ".out").toFile())
                .redirectError(Path.of(files + ".err").toFile());
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("LC_") || name.startsWith("LANG") || name.equals("OMP_NUM_THREADS"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put(
                "OAR_JAVA_OPTS",
                "-Doar.threads=1 -XX:+IgnoreUnrecognizedVMOptions -XX:-AutoCreateSharedArchive " + options + " "
                        + surroundings.javaOptions());
        surroundings.environment().forEach((name, value) -> {
            if (value.isEmpty()) {
                environment.remove(name);
            } else {
                environment.put(name, value);
            }
        });
        return builder.start();
    }

    private static Outcome outcome(Process process, Path files) throws Exception {
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ends in time").isTrue();
        return new Outcome(
                process.exitValue(),
                Files.readString(Path.of(files + ".out"), StandardCharsets.UTF_8),
                Files.readString(Path.of(files + ".err"), StandardCharsets.UTF_8));
    }
}
