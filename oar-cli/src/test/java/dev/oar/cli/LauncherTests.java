package dev.oar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a made-up clone, with programs in place of Java and Maven that say how they were called. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTests {
    private static final String JAVA =
            "#!/bin/sh\necho java \"$@\"\necho wait=$OMP_WAIT_POLICY spin=$GOMP_SPINCOUNT layer=$MKL_THREADING_LAYER"
                    + " threads=$OMP_NUM_THREADS,$MKL_NUM_THREADS locale=$LC_ALL,$LANGUAGE\n";
    private static final String MAVEN =
            "#!/bin/sh\necho mvn \"$@\" >> \"$CALLS\"\nsleep 1\nmkdir -p oar-cli/target/lib && echo jar > oar-cli/target/oar-cli.jar\n";

    @TempDir
    private Path folder;

    private Path clone = Path.of("");
    private Path calls = Path.of("");

    @BeforeEach
    void makeClone() throws IOException {
        Path launcher = Path.of("..", "oar");
        assumeThat(launcher).exists();
        clone = folder.toRealPath().resolve("a clone");
        calls = folder.resolve("calls");
        Files.createDirectories(clone.resolve("oar-cli/src/main"));
        Files.createDirectories(clone.resolve("oar-core/src/main"));
        Files.createDirectories(clone.resolve("oar-bench/src/main"));
        Files.createDirectories(clone.resolve("oar-server/src/main"));
        Files.writeString(clone.resolve("oar-cli/src/main/Some.java"), "");
        program(clone.resolve("oar"), Files.readString(launcher));
        jdk("jdk", "17.0.2");
        program(folder.resolve("bin/mvn"), MAVEN);
    }

    @Test
    void itBuildsOnceAndAgainWhenASourceIsNewer() throws Exception {
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor")).startsWith("oar: building");
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor")).startsWith("java ");
        assertThat(calls).content().hasLineCount(1);
        Files.setLastModifiedTime(
                clone.resolve("oar-cli/src/main/Some.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor")).startsWith("oar: building");
        assertThat(calls).content().hasLineCount(2);
    }

    @Test
    void twoLaunchesBuildOnce() throws Exception {
        Process first = start(clone.resolve("oar"), Map.of(), "doctor");
        Process second = start(clone.resolve("oar"), Map.of(), "doctor");
        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        assertThat(calls).content().hasLineCount(1);
        assertThat(clone.resolve("oar-cli/target/build.lock")).doesNotExist();
    }

    @Test
    void theLockOfADeadBuilderIsTakenAway() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createDirectories(clone.resolve("oar-cli/target"));
        Files.createSymbolicLink(clone.resolve("oar-cli/target/build.lock"), Path.of(Long.toString(dead.pid())));
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor")).startsWith("oar: building");
    }

    @Test
    void javaGetsWhatLibTorchNeedsAndArgumentsAsTheyWere() throws Exception {
        built();
        String output = launch(clone.resolve("oar"), Map.of("OAR_JAVA_OPTS", "-Xmx1g -Da=b"), "models", "a  b", "*");
        assertThat(output)
                .contains(
                        "-Dorg.bytedeco.javacpp.nopointergc=true",
                        "-Doar.home=" + clone + " ",
                        "-Doar.terminal=false",
                        "-Xmx1g -Da=b",
                        "dev.oar.cli.Main models a  b *\n",
                        "wait=PASSIVE spin=1000 layer=GNU threads=,")
                .doesNotContain("native-access");
    }

    @Test
    void theUsersOwnSettingsAreKept() throws Exception {
        built();
        Map<String, String> own =
                Map.of("OMP_WAIT_POLICY", "ACTIVE", "GOMP_SPINCOUNT", "7", "MKL_THREADING_LAYER", "INTEL");
        assertThat(launch(clone.resolve("oar"), own, "doctor")).contains("wait=ACTIVE spin=7 layer=INTEL");
    }

    @Test
    void threadsReachTheLibrariesThatReadThemAtTheirStart() throws Exception {
        built();
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor", "--threads", "3"))
                .contains("threads=3,3");
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor", "--threads=4"))
                .contains("threads=4,4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "tr_TR.ISO-8859-9", "de_DE.UTF-8", ""})
    void namesOfFilesAreUtf8WhateverTheLocale(String locale) throws Exception {
        built();
        assertThat(launch(clone.resolve("oar"), Map.of("LC_ALL", locale, "LANGUAGE", "de"), "doctor"))
                .containsPattern("locale=(C.UTF-8|C.utf8|en_US.UTF-8),\n");
    }

    @Test
    void aFolderThatJavaCannotReadFromIsRefusedInOneSentence() throws Exception {
        built();
        Path other = Files.move(clone, clone.resolveSibling("2026-01-01 10:30"));
        assertThat(launch(other.resolve("oar"), Map.of(), "doctor"))
                .startsWith("oar: Java takes the colon in " + other + " for the end of a path; rename the folder")
                .hasLineCount(1);
    }

    @Test
    void aNewJavaIsToldThatNativeCodeIsMeant() throws Exception {
        built();
        jdk("jdk", "25");
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor"))
                .contains("--enable-native-access=ALL-UNNAMED", "-XX:+AutoCreateSharedArchive");
    }

    /** LibTorch's connections print a line of their own there. */
    @Test
    void whatNativeLibrariesOfARankPrintIsKeptOutOfStandardOutput() throws Exception {
        built();
        program(
                folder.resolve("jdk/bin/java"),
                "#!/bin/sh\necho native\necho own >>/dev/fd/3\necho \"$@\" >\"$CALLS\"\n");
        assertThat(launch(clone.resolve("oar"), Map.of("RANK", "1"), "run", "x"))
                .isEqualTo("own\n");
        assertThat(calls).content().contains("-Doar.output=/dev/fd/3", "-XX:+DisplayVMOutputToStderr");
        assertThat(launch(clone.resolve("oar"), Map.of("RANK", ""), "run", "x")).startsWith("native\n");
        assertThat(calls).content().doesNotContain("oar.output", "DisplayVMOutputToStderr");
    }

    @Test
    void itIsFoundThroughSymbolicLinks() throws Exception {
        built();
        Path link = Files.createSymbolicLink(folder.resolve("link"), clone.resolve("oar"));
        Files.createDirectories(folder.resolve("bin"));
        Path relative = Files.createSymbolicLink(folder.resolve("bin/oar"), Path.of("../link"));
        assertThat(launch(link, Map.of(), "doctor")).contains("-Doar.home=" + clone + " ");
        assertThat(launch(relative, Map.of(), "doctor")).contains("-Doar.home=" + clone + " ");
    }

    @Test
    void anOldJavaIsRefusedInOneSentence() throws Exception {
        built();
        jdk("jdk", "1.8.0_402");
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor"))
                .startsWith("oar: Java 17 or later is needed, but ")
                .contains("is version 8;")
                .hasLineCount(1);
    }

    @Test
    void aWrongJavaHomeIsRefusedInOneSentence() throws Exception {
        built();
        assertThat(launch(clone.resolve("oar"), Map.of("JAVA_HOME", "/nowhere"), "doctor"))
                .startsWith("oar: JAVA_HOME must name a JDK, but there is no /nowhere/bin/java;")
                .hasLineCount(1);
    }

    @Test
    void aMissingMavenIsSaidInOneSentence() throws Exception {
        Files.delete(folder.resolve("bin/mvn"));
        assertThat(launch(clone.resolve("oar"), Map.of("PATH", toolsOnly()), "doctor"))
                .startsWith("oar: Apache Maven 3.8.7 or later is needed to build once")
                .hasLineCount(1);
    }

    @Test
    void aFailedBuildNamesItsLogAndLeavesNoLock() throws Exception {
        program(folder.resolve("bin/mvn"), "#!/bin/sh\necho broken\nexit 1\n");
        String log = clone.resolve("oar-cli/target/build.log").toString();
        assertThat(launch(clone.resolve("oar"), Map.of(), "doctor")).contains("oar: the build failed;", log);
        assertThat(Path.of(log)).content().contains("broken");
        assertThat(clone.resolve("oar-cli/target/build.lock")).doesNotExist();
    }

    private void built() throws IOException {
        Path jar = clone.resolve("oar-cli/target/oar-cli.jar");
        Files.createDirectories(clone.resolve("oar-cli/target"));
        Files.writeString(jar, "");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(30)));
    }

    private void jdk(String name, String version) throws IOException {
        program(folder.resolve(name).resolve("bin/java"), JAVA);
        Files.writeString(
                folder.resolve(name).resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    }

    /** A PATH with the shell's tools and without Maven. */
    private String toolsOnly() throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("sh", "find", "head", "ln", "mkdir", "readlink", "rm", "sleep", "stty", "sed")) {
            for (String place : List.of("/usr/bin", "/bin")) {
                if (Files.exists(Path.of(place, tool)) && !Files.exists(tools.resolve(tool))) {
                    program(tools.resolve(tool), "#!/bin/sh\nexec " + place + "/" + tool + " \"$@\"\n");
                }
            }
        }
        return tools.toString();
    }

    private String launch(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        Process process = start(launcher, environment, arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private Process start(Path launcher, Map<String, String> environment, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(key -> key.startsWith("OMP_") || key.startsWith("MKL_"));
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("CALLS", calls.toString());
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).start();
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
