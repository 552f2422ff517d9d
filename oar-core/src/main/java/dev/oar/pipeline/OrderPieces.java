package dev.oar.pipeline;

import dev.oar.extract.ExtractedOrders;
import dev.oar.extract.ShardExtraction;
import dev.oar.model.AnyOrderModel;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.piece.PieceFile;
import dev.oar.piece.PieceTensors;
import dev.oar.piece.PieceWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Makes pieces of orders: one is what one order shard holds. */
final class OrderPieces implements PieceWork {
    private static final String ORDERS = "orders";
    private static final String TOKENS = "tokens";

    private final AnyOrderModel model;
    private final ShardExtraction extraction;

    /** Takes over both. */
    OrderPieces(AnyOrderModel model, ShardExtraction extraction) {
        this.model = model;
        this.extraction = extraction;
    }

    @Override
    public Map<String, Tensor> make(int number) {
        ExtractedOrders extracted = extraction.orders(number);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(
                ORDERS,
                PieceTensors.ints(extracted.orders().stream()
                        .map(GenerationOrder::toArray)
                        .toList()));
        tensors.put(TOKENS, PieceTensors.ints(Arrays.asList(extracted.tokens())));
        return tensors;
    }

    /** The orders of a piece. */
    static ExtractedOrders read(PieceFile piece, TokenGrid grid) throws IOException {
        List<GenerationOrder> orders = new ArrayList<>();
        for (int[] order : piece.ints(ORDERS, grid.cells())) {
            orders.add(GenerationOrder.of(order));
        }
        return new ExtractedOrders(orders, piece.ints(TOKENS, grid.cells()));
    }

    @Override
    public void close() {
        extraction.close();
        model.close();
    }
}
