package dev.oar.spark;

import java.io.File;
import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Files of this machine under another scheme, so that they have to be fetched as those of a remote file system. */
public final class RemoteFiles extends RawLocalFileSystem {
    private static final URI NAME = URI.create("remote:///");

    @Override
    public URI getUri() {
        return NAME;
    }

    @Override
    public String getScheme() {
        return "remote";
    }

    @Override
    public File pathToFile(Path path) {
        return new File(path.toUri().getPath());
    }
}
