package dev.oar.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The user's home folder, as the environment has it. Java asks the list of users instead, and where the user's number has no entry there,
 * as in containers that run under a number of their own, it calls the home folder {@code ?}.
 */
public final class UserHome {
    private final Map<String, String> environment;
    private final String javaHome;
    private final Path temporary;

    /**
     * A home to be found.
     *
     * @param environment the variables, as {@link System#getenv()} has them
     * @param javaHome what Java says
     * @param temporary the folder of temporary files
     */
    UserHome(Map<String, String> environment, String javaHome, Path temporary) {
        this.environment = environment;
        this.javaHome = javaHome;
        this.temporary = temporary;
    }

    private static UserHome here() {
        return new UserHome(
                System.getenv(),
                System.getProperty("user.home", ""),
                Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    }

    /**
     * The folder: {@code HOME}, else what the list of users says, else the user's own folder among temporary files. It need not exist.
     */
    public static Path directory() {
        return here().home();
    }

    /**
     * A folder in the home folder, made if missing; where that cannot be written, one in the user's own folder among temporary files.
     *
     * @param name relative to either
     * @throws IOException if neither can be written
     */
    static Path writable(String name) throws IOException {
        return here().writableFolder(name);
    }

    Path home() {
        for (String home : new String[] {environment.getOrDefault("HOME", ""), javaHome}) {
            if (!home.isBlank() && Path.of(home).isAbsolute()) {
                return Path.of(home);
            }
        }
        return own();
    }

    Path writableFolder(String name) throws IOException {
        Path usual = home().resolve(name);
        try {
            Files.createDirectories(usual);
            if (Files.isWritable(usual)) {
                return usual;
            }
        } catch (IOException e) {
            // A home that cannot be written, or is not there, as that of a service.
        }
        return Files.createDirectories(privately(own()).resolve(name));
    }

    /** A folder that belongs to the user's number, whatever it is called. */
    private Path own() {
        return temporary.resolve("oar-" + number());
    }

    /** Programs are loaded from there, so nobody else may have made it. */
    private static Path privately(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !number(folder, LinkOption.NOFOLLOW_LINKS).equals(number())) {
            throw new IOException(
                    "what is kept for the user goes to the home folder or to a folder of the user's own, but " + folder
                            + " belongs to somebody else; set HOME to a folder that can be written");
        }
        return folder;
    }

    private static String number() {
        // What the system says of this process belongs to its user.
        Path process = Path.of("/proc/self");
        return Files.exists(process) ? number(process) : System.getProperty("user.name", "");
    }

    private static String number(Path path, LinkOption... options) {
        try {
            return String.valueOf(Files.getAttribute(path, "unix:uid", options));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return System.getProperty("user.name", "");
        }
    }
}
