package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@EnabledOnOs({OS.LINUX, OS.MAC})
class KilledStudyServerTests {
    @TempDir
    private Path folder;

    @Test
    void killsOfTheServerLoseNoAcknowledgedVote() throws Exception {
        KilledStudyServer killed = new KilledStudyServer(folder);
        int votes = 0;
        for (int number = 1; number <= 2; number++) {
            votes = killed.kill(number);
        }
        assertThat(votes).isPositive();
    }
}
