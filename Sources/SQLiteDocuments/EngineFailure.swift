import Documents
import GRDB

/// Says in the port's words what SQLite refused.
struct EngineFailure {
    private let error: DatabaseError

    init(_ error: DatabaseError) {
        self.error = error
    }

    /// The port's error, or SQLite's own when it means a fault of ours.
    func refusal(layout: TableLayout?) -> any Error {
        let message = self.error.message ?? ""
        switch self.error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
            return DocumentStoreError.duplicate(index: layout?.violatedIndex(in: message) ?? "_id")
        case .SQLITE_CONSTRAINT_CHECK:
            return DocumentStoreError.malformed("The document is no JSON that the store can keep.")
        default:
            break
        }
        if message.contains("malformed JSON") {
            return DocumentStoreError.malformed("The update does not fit the document.")
        }
        switch self.error.resultCode {
        case .SQLITE_FULL: return DocumentStoreError.unavailable("The disk that holds the database is full.")
        case .SQLITE_READONLY: return DocumentStoreError.unavailable("The database file or its folder is read-only.")
        case .SQLITE_CANTOPEN: return DocumentStoreError.unavailable("The database file cannot be opened or made.")
        case .SQLITE_BUSY: return DocumentStoreError.unavailable("Another process holds the database.")
        case .SQLITE_IOERR: return DocumentStoreError.unavailable("The disk that holds the database fails.")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return DocumentStoreError.unavailable("The database file is damaged or is no database.")
        default: return self.error
        }
    }
}
