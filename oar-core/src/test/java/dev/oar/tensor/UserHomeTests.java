package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserHomeTests {
    @TempDir
    private Path folder;

    @Test
    void theEnvironmentSaysWhereTheHomeIs() {
        assertThat(home(folder.resolve("home").toString(), "?").home()).isEqualTo(folder.resolve("home"));
        assertThat(home(
                                folder.resolve("home").toString(),
                                folder.resolve("other").toString())
                        .home())
                .isEqualTo(folder.resolve("home"));
    }

    @Test
    void withoutItTheListOfUsersDoes() {
        String listed = folder.resolve("listed").toString();
        assertThat(new UserHome(Map.of(), listed, folder).home()).isEqualTo(Path.of(listed));
        for (String noFolder : new String[] {"", " ", "relative/home", "?"}) {
            assertThat(home(noFolder, listed).home()).as("HOME=%s", noFolder).isEqualTo(Path.of(listed));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "", ".", "somebody"})
    void aHomeThatJavaMadeUpIsNeverOne(String madeUp) {
        Path home = new UserHome(Map.of(), madeUp, folder).home();
        assertThat(home.getParent()).isEqualTo(folder);
        assertThat(home.getFileName().toString()).startsWith("oar-").doesNotContain("?");
    }

    @Test
    void whatIsUnpackedGoesToTheHomeWhereThatCanBeWritten() throws IOException {
        Path home = folder.resolve("home");
        assertThat(home(home.toString(), "?").writableFolder("a/b"))
                .isEqualTo(home.resolve("a/b"))
                .isDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void elseItGoesToAFolderOfTheUsersOwnThatNobodyElseCanWrite() throws IOException {
        Path noFolder = Files.writeString(folder.resolve("home"), "");
        Path unpacked = home(noFolder.toString(), "?").writableFolder("a/b");
        Path own = folder.resolve("oar-" + Files.getAttribute(noFolder, "unix:uid"));
        assertThat(unpacked).isEqualTo(own.resolve("a/b")).isDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
        assertThat(home(noFolder.toString(), "?").writableFolder("a/b")).isEqualTo(unpacked);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderThatSomebodyElsePutThereIsNotUsed() throws IOException {
        Path noFolder = Files.writeString(folder.resolve("home"), "");
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        Files.createSymbolicLink(folder.resolve("oar-" + Files.getAttribute(noFolder, "unix:uid")), theirs);
        assertThatIOException()
                .isThrownBy(() -> home(noFolder.toString(), "?").writableFolder("a"))
                .withMessageContaining("belongs to somebody else; set HOME to a folder that can be written");
        assertThat(theirs).isEmptyDirectory();
    }

    private UserHome home(String inEnvironment, String listed) {
        return new UserHome(Map.of("HOME", inEnvironment), listed, folder);
    }
}
