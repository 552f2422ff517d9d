package dev.oar.group;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** A group of one. */
final class SingleProcess implements ProcessGroup {
    static final SingleProcess INSTANCE = new SingleProcess();

    private SingleProcess() {}

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public void agree(Map<String, String> facts) {}

    @Override
    public String fromFirst(String words) {
        return words;
    }

    @Override
    public void meet() {}

    @Override
    public Sum sum(Tensor tensor) {
        return () -> {};
    }

    @Override
    public void fail(String reason) {}

    @Override
    public void close() {}
}
