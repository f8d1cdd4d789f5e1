import {
  CheckCircleFilled as BareCheckCircleFilled,
  CheckOutlined as BareCheckOutlined,
  ClearOutlined as BareClearOutlined,
  CloseOutlined as BareCloseOutlined,
  ColumnWidthOutlined as BareColumnWidthOutlined,
  DownloadOutlined as BareDownloadOutlined,
  ExpandAltOutlined as BareExpandAltOutlined,
  EyeInvisibleOutlined as BareEyeInvisibleOutlined,
  EyeOutlined as BareEyeOutlined,
  FileExcelOutlined as BareFileExcelOutlined,
  HolderOutlined as BareHolderOutlined,
  InboxOutlined as BareInboxOutlined,
  MoreOutlined as BareMoreOutlined,
  PartitionOutlined as BarePartitionOutlined,
  PushpinOutlined as BarePushpinOutlined,
  ShareAltOutlined as BareShareAltOutlined,
  SortDescendingOutlined as BareSortDescendingOutlined,
  StopOutlined as BareStopOutlined,
  UnorderedListOutlined as BareUnorderedListOutlined,
} from '@ant-design/icons';
import { silent } from './silent';

/** The icons of menus, dialogs and other pages: the first table does not wait for them. */

export const CheckCircleFilled = silent(BareCheckCircleFilled);
export const CheckOutlined = silent(BareCheckOutlined);
export const ClearOutlined = silent(BareClearOutlined);
export const CloseOutlined = silent(BareCloseOutlined);
export const ColumnWidthOutlined = silent(BareColumnWidthOutlined);
export const DownloadOutlined = silent(BareDownloadOutlined);
export const ExpandAltOutlined = silent(BareExpandAltOutlined);
export const EyeInvisibleOutlined = silent(BareEyeInvisibleOutlined);
export const EyeOutlined = silent(BareEyeOutlined);
export const FileExcelOutlined = silent(BareFileExcelOutlined);
export const HolderOutlined = silent(BareHolderOutlined);
export const InboxOutlined = silent(BareInboxOutlined);
export const MoreOutlined = silent(BareMoreOutlined);
export const PartitionOutlined = silent(BarePartitionOutlined);
export const PushpinOutlined = silent(BarePushpinOutlined);
export const ShareAltOutlined = silent(BareShareAltOutlined);
export const SortDescendingOutlined = silent(BareSortDescendingOutlined);
export const StopOutlined = silent(BareStopOutlined);
export const UnorderedListOutlined = silent(BareUnorderedListOutlined);
