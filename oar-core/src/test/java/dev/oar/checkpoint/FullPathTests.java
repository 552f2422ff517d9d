package dev.oar.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullPathTests {
    @TempDir
    Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = folder.toRealPath();
        Files.createDirectories(folder.resolve("disk/set"));
        Files.createDirectories(folder.resolve("work"));
        Files.createSymbolicLink(folder.resolve("work/link"), folder.resolve("disk/set"));
    }

    @Test
    void dotsBehindALinkLeadWhereTheSystemSays() throws IOException {
        assertThat(FullPath.of(folder.resolve("work/link/../photos"))).isEqualTo(folder.resolve("disk/photos"));
        assertThat(FullPath.of(folder.resolve("work/link/.."))).isEqualTo(folder.resolve("disk"));
        assertThat(FullPath.of(folder.resolve("work/link/../set/../x/./y"))).isEqualTo(folder.resolve("disk/x/y"));
    }

    @Test
    void linksKeepTheirNamesAndDotsElsewhereAreTakenOut() throws IOException {
        assertThat(FullPath.of(folder.resolve("work/./link"))).isEqualTo(folder.resolve("work/link"));
        assertThat(FullPath.of(folder.resolve("disk/set/../none/../x"))).isEqualTo(folder.resolve("disk/x"));
        assertThat(FullPath.of(Path.of("..")).isAbsolute()).isTrue();
        assertThat(FullPath.of(Path.of("/.."))).isEqualTo(Path.of("/"));
    }
}
