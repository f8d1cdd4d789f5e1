import {
  CheckCircleFilled as BareCheckCircleFilled,
  CheckOutlined as BareCheckOutlined,
  ClearOutlined as BareClearOutlined,
  ClockCircleOutlined as BareClockCircleOutlined,
  CloseOutlined as BareCloseOutlined,
  ColumnWidthOutlined as BareColumnWidthOutlined,
  DownloadOutlined as BareDownloadOutlined,
  ExpandAltOutlined as BareExpandAltOutlined,
  EyeInvisibleOutlined as BareEyeInvisibleOutlined,
  EyeOutlined as BareEyeOutlined,
  FileExcelOutlined as BareFileExcelOutlined,
  HolderOutlined as BareHolderOutlined,
  InboxOutlined as BareInboxOutlined,
  MailOutlined as BareMailOutlined,
  MergeOutlined as BareMergeOutlined,
  MoreOutlined as BareMoreOutlined,
  PartitionOutlined as BarePartitionOutlined,
  PhoneOutlined as BarePhoneOutlined,
  PushpinOutlined as BarePushpinOutlined,
  ShareAltOutlined as BareShareAltOutlined,
  SortDescendingOutlined as BareSortDescendingOutlined,
  StopOutlined as BareStopOutlined,
  UnorderedListOutlined as BareUnorderedListOutlined,
  UserSwitchOutlined as BareUserSwitchOutlined,
} from '@ant-design/icons';
import { silent } from './silent';

/** The icons of menus, dialogs and other pages: the first table does not wait for them. */

export const CheckCircleFilled = silent(BareCheckCircleFilled);
export const CheckOutlined = silent(BareCheckOutlined);
export const ClearOutlined = silent(BareClearOutlined);
export const ClockCircleOutlined = silent(BareClockCircleOutlined);
export const CloseOutlined = silent(BareCloseOutlined);
export const ColumnWidthOutlined = silent(BareColumnWidthOutlined);
export const DownloadOutlined = silent(BareDownloadOutlined);
export const ExpandAltOutlined = silent(BareExpandAltOutlined);
export const EyeInvisibleOutlined = silent(BareEyeInvisibleOutlined);
export const EyeOutlined = silent(BareEyeOutlined);
export const FileExcelOutlined = silent(BareFileExcelOutlined);
export const HolderOutlined = silent(BareHolderOutlined);
export const InboxOutlined = silent(BareInboxOutlined);
export const MailOutlined = silent(BareMailOutlined);
export const MergeOutlined = silent(BareMergeOutlined);
export const MoreOutlined = silent(BareMoreOutlined);
export const PartitionOutlined = silent(BarePartitionOutlined);
export const PhoneOutlined = silent(BarePhoneOutlined);
export const PushpinOutlined = silent(BarePushpinOutlined);
export const ShareAltOutlined = silent(BareShareAltOutlined);
export const SortDescendingOutlined = silent(BareSortDescendingOutlined);
export const StopOutlined = silent(BareStopOutlined);
export const UnorderedListOutlined = silent(BareUnorderedListOutlined);
export const UserSwitchOutlined = silent(BareUserSwitchOutlined);
